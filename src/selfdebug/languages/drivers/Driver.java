// Reads the arguments of one call from a file and writes what it gave to another; see selfdebug.execution.calls.values.
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;

class SelfdebugDriver {
    private static Scanner words;
    private static final StringBuilder result = new StringBuilder();

    // Arguments: class, function, number of its parameters, whether it returns something, indices of the arguments
    // that are wanted after the call.
    public static void main(String[] order) throws Throwable {
        words = new Scanner(Path.of("arguments"), "UTF-8");
        words.next();
        Class<?> owner = Class.forName(order[0]);
        Method method = null;
        for (Method found : owner.getDeclaredMethods())
            if (found.getName().equals(order[1]) && found.getParameterCount() == Integer.parseInt(order[2])) method = found;
        method.setAccessible(true);
        Object receiver = null;
        Type[] types = method.getGenericParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) arguments[i] = take(types[i]);
        try {
            if (!Modifier.isStatic(method.getModifiers())) {
                Constructor<?> constructor = owner.getDeclaredConstructor();
                constructor.setAccessible(true);
                receiver = constructor.newInstance();
            }
            Object value = method.invoke(receiver, arguments);
            if (order[3].equals("function")) put(value);
            for (int i = 4; i < order.length; i++) put(arguments[Integer.parseInt(order[i])]);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
        System.out.flush();
        Files.writeString(Path.of("result"), result + "end\n");
        Runtime.getRuntime().halt(0);
    }

    private static Object take(Type type) {
        String letter = words.next();
        if (letter.equals("n")) return type == Optional.class ? Optional.empty() : absent(type);
        String word = words.next();
        Class<?> raw = raw(type);
        switch (letter) {
            case "b":
                return word.equals("1");
            case "i":
                return number(raw, word);
            case "d":
                double wide = Double.longBitsToDouble(Long.parseUnsignedLong(word, 16));
                if (raw == float.class || raw == Float.class) return (float) wide;
                return wide;
            case "s":
                String text = text(word);
                if (raw == char.class || raw == Character.class) return text.charAt(0);
                if (raw == StringBuilder.class) return new StringBuilder(text);
                if (raw == StringBuffer.class) return new StringBuffer(text);
                return raw == char[].class ? text.toCharArray() : text;
            default:
                return takeMany(letter, Integer.parseInt(word), type, raw);
        }
    }

    private static Object absent(Type type) {
        return type instanceof ParameterizedType && raw(type) == Optional.class ? Optional.empty() : null;
    }

    private static Object number(Class<?> raw, String word) {
        if (raw == int.class || raw == Integer.class) return Integer.parseInt(word);
        if (raw == short.class || raw == Short.class) return Short.parseShort(word);
        if (raw == byte.class || raw == Byte.class) return Byte.parseByte(word);
        if (raw == java.math.BigInteger.class) return new java.math.BigInteger(word);
        if (raw == Object.class || raw == Number.class) {
            long value = Long.parseLong(word);
            if (value == (int) value) return (int) value;
            return value;
        }
        return Long.parseLong(word);
    }

    private static Object takeMany(String letter, int count, Type type, Class<?> raw) {
        if (raw.isArray()) {
            Type element = type instanceof GenericArrayType
                ? ((GenericArrayType) type).getGenericComponentType() : raw.getComponentType();
            Object array = Array.newInstance(raw.getComponentType(), count);
            for (int i = 0; i < count; i++) Array.set(array, i, take(element));
            return array;
        }
        if (Map.class.isAssignableFrom(raw)) {
            Map<Object, Object> map = raw == TreeMap.class || raw == SortedMap.class ? new TreeMap<>() : new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                Object key = take(part(type, 0));
                map.put(key, take(part(type, 1)));
            }
            return map;
        }
        Collection<Object> items = Set.class.isAssignableFrom(raw)
            ? (raw == TreeSet.class || raw == SortedSet.class ? new TreeSet<>() : new LinkedHashSet<>())
            : raw == LinkedList.class || raw == Queue.class || raw == Deque.class ? new LinkedList<>()
            : raw == Vector.class ? new Vector<>() : new ArrayList<>();
        for (int i = 0; i < count; i++) items.add(take(part(type, 0)));
        return items;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class) return (Class<?>) type;
        if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
        if (type instanceof GenericArrayType)
            return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
        return Object.class;
    }

    private static Type part(Type type, int index) {
        return type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments()[index] : Object.class;
    }

    private static String text(String word) {
        byte[] bytes = new byte[(word.length() - 1) / 2];
        for (int i = 0; i < bytes.length; i++)
            bytes[i] = (byte) Integer.parseInt(word.substring(1 + 2 * i, 3 + 2 * i), 16);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void put(Object value) {
        if (value == null) {
            result.append("n ");
        } else if (value instanceof Boolean) {
            result.append((Boolean) value ? "b 1 " : "b 0 ");
        } else if (value instanceof Double || value instanceof Float) {
            long bits = Double.doubleToLongBits(((Number) value).doubleValue());
            result.append(String.format("d %016x ", bits));
        } else if (value instanceof Number) {
            result.append("i ").append(value).append(' ');
        } else if (value instanceof CharSequence || value instanceof Character) {
            result.append("s x");
            for (byte b : value.toString().getBytes(StandardCharsets.UTF_8)) result.append(String.format("%02x", b));
            result.append(' ');
        } else if (value.getClass().isArray()) {
            int count = Array.getLength(value);
            result.append("l ").append(count).append(' ');
            for (int i = 0; i < count; i++) put(Array.get(value, i));
        } else if (value instanceof Map) {
            result.append("m ").append(((Map<?, ?>) value).size()).append(' ');
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                put(entry.getKey());
                put(entry.getValue());
            }
        } else if (value instanceof Collection) {
            Collection<?> items = (Collection<?>) value;
            result.append(value instanceof Set ? "e " : "l ").append(items.size()).append(' ');
            for (Object item : items) put(item);
        } else if (value instanceof Optional) {
            put(((Optional<?>) value).orElse(null));
        } else if (value instanceof Map.Entry) {
            result.append("t 2 ");
            put(((Map.Entry<?, ?>) value).getKey());
            put(((Map.Entry<?, ?>) value).getValue());
        } else {
            throw new IllegalArgumentException("returns a " + value.getClass().getName() + ", which tests cannot compare");
        }
    }
}
