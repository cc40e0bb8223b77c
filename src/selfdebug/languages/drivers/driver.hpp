// Reads the arguments of one call from a file and writes what it gave to another; see selfdebug.execution.calls.values.
#pragma once
#include <bits/stdc++.h>

// For builds that check addresses: a leak is no wrong value, and looking for one needs what a sandbox forbids.
extern "C" inline const char* __asan_default_options() {
    return "detect_leaks=0:hard_rss_limit_mb=1024:detect_stack_use_after_return=0:allocator_may_return_null=1";
}

namespace selfdebug_calls {

inline std::ifstream& arguments() {
    static std::ifstream file("arguments");
    return file;
}

inline std::string word() {
    std::string found;
    arguments() >> found;
    return found;
}

// An array of exactly so many elements, so that an access beyond it is found by those who look.
template <class T>
struct Buffer {
    using value_type = T;
    std::unique_ptr<T[]> items;
    std::size_t count = 0;
    T* data() { return items.get(); }
    T* begin() { return items.get(); }
    T* end() { return items.get() + count; }
};

// Room after the texts that a program can change: how much it needs nobody says.
inline std::size_t& spare() {
    static std::size_t count = 0;
    return count;
}

// The byte to paint with, and the spare room: `85+0`.
inline int take_conditions() {
    std::string conditions = word();
    spare() = std::stoull(conditions.substr(conditions.find('+') + 1));
    return std::stoi(conditions);
}

// A character array: the bytes of a text and a zero.
struct Characters {
    std::unique_ptr<char[]> items;
    std::size_t count = 0;
    char* data() { return items.get(); }
};

template <class T> struct Take;
template <class T, class = void> struct is_container : std::false_type {};
template <class T> struct is_container<T, std::void_t<typename T::value_type, decltype(std::declval<T&>().begin())>>
    : std::true_type {};
template <class T, class = void> struct is_keyed : std::false_type {};
template <class T> struct is_keyed<T, std::void_t<typename T::key_type>> : std::true_type {};
template <class T, class = void> struct is_mapping : std::false_type {};
template <class T> struct is_mapping<T, std::void_t<typename T::mapped_type>> : std::true_type {};

template <class T> T take() { return Take<T>::now(); }

inline std::string take_text() {
    word();
    std::string hex = word(), text;
    for (std::size_t i = 1; i + 1 < hex.size(); i += 2)
        text += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return text;
}

template <class T>
struct Take {
    static T now() {
        if constexpr (std::is_same_v<T, std::string>) {
            return take_text();
        } else if constexpr (std::is_same_v<T, char>) {
            return take_text()[0];
        } else if constexpr (std::is_same_v<T, bool>) {
            word();
            return word() == "1";
        } else if constexpr (std::is_integral_v<T>) {
            word();
            std::string digits = word();
            return static_cast<T>(std::is_signed_v<T> ? std::stoll(digits) : (long long)std::stoull(digits));
        } else if constexpr (std::is_floating_point_v<T>) {
            word();
            std::uint64_t bits = std::stoull(word(), nullptr, 16);
            double value;
            std::memcpy(&value, &bits, sizeof value);
            return static_cast<T>(value);
        } else {
            word();
            std::size_t count = std::stoull(word());
            T items;
            for (std::size_t i = 0; i < count; i++) {
                if constexpr (is_mapping<T>::value) {
                    auto key = take<typename T::key_type>();
                    items.emplace(key, take<typename T::mapped_type>());
                } else if constexpr (is_keyed<T>::value) {
                    items.insert(take<typename T::value_type>());
                } else {
                    items.push_back(take<typename T::value_type>());
                }
            }
            return items;
        }
    }
};

template <class T, std::size_t N>
struct Take<std::array<T, N>> {
    static std::array<T, N> now() {
        word();
        std::size_t count = std::stoull(word());
        std::array<T, N> items{};
        for (std::size_t i = 0; i < count; i++) {
            T item = take<T>();
            if (i < N) items[i] = item;
        }
        return items;
    }
};

template <class T>
struct Take<Buffer<T>> {
    static Buffer<T> now() {
        word();
        std::size_t count = std::stoull(word());
        Buffer<T> buffer{std::unique_ptr<T[]>(new T[count]), count};
        for (T& item : buffer) item = take<T>();
        return buffer;
    }
};

template <>
struct Take<Characters> {
    static Characters now() {
        std::string text = take_text();
        std::size_t room = text.size() + 1 + spare();
        Characters made{std::unique_ptr<char[]>(new char[room]()), room};
        std::copy(text.begin(), text.end(), made.data());
        return made;
    }
};

// Rows by their pointers, for parameters such as `int **rows`: a program may exchange the pointers.
template <class T>
struct Rows {
    Buffer<Buffer<T>> rows;
    std::vector<T*> pointers;
    T** data() { return pointers.data(); }
};

template <class T>
struct Take<Rows<T>> {
    static Rows<T> now() {
        Rows<T> made{take<Buffer<Buffer<T>>>(), {}};
        for (auto& row : made.rows) made.pointers.push_back(row.data());
        return made;
    }
};

// Texts by their pointers, for parameters such as `char **words`.
struct Texts {
    Buffer<Characters> texts;
    std::vector<char*> pointers;
    char** data() { return pointers.data(); }
};

template <>
struct Take<Texts> {
    static Texts now() {
        Texts made{take<Buffer<Characters>>(), {}};
        for (auto& text : made.texts) made.pointers.push_back(text.data());
        return made;
    }
};

template <class A, class B>
struct Take<std::pair<A, B>> {
    static std::pair<A, B> now() {
        word();
        word();
        A first = take<A>();
        return {first, take<B>()};
    }
};

template <class... T>
struct Take<std::tuple<T...>> {
    static std::tuple<T...> now() {
        word();
        word();
        return std::tuple<T...>{take<T>()...};
    }
};

template <class T>
struct Take<std::optional<T>> {
    static std::optional<T> now() {
        auto before = arguments().tellg();
        if (word() == "n") return std::nullopt;
        arguments().seekg(before);
        return take<T>();
    }
};

inline std::ostringstream& result() {
    static std::ostringstream text;
    return text;
}

inline void put_text(const char* bytes, std::size_t count) {
    static const char* digits = "0123456789abcdef";
    result() << "s x";
    for (std::size_t i = 0; i < count; i++) {
        unsigned char byte = bytes[i];
        result() << digits[byte >> 4] << digits[byte & 15];
    }
    result() << ' ';
}

template <class T> void put(T&& value);
template <class T> struct Put;

template <class T>
struct Put {
    static void now(const T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            result() << "b " << (value ? 1 : 0) << ' ';
        } else if constexpr (std::is_same_v<T, char>) {
            put_text(&value, 1);
        } else if constexpr (std::is_enum_v<T>) {
            result() << "i " << static_cast<long long>(value) << ' ';
        } else if constexpr (std::is_integral_v<T>) {
            result() << "i " << +value << ' ';
        } else if constexpr (std::is_floating_point_v<T>) {
            double wide = static_cast<double>(value);
            std::uint64_t bits;
            std::memcpy(&bits, &wide, sizeof bits);
            result() << "d " << std::hex << std::setw(16) << std::setfill('0') << bits << std::dec << ' ';
        } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
            put_text(value.data(), value.size());
        } else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>) {
            if (value == nullptr) result() << "n ";
            else put_text(value, std::strlen(value));
        } else if constexpr (std::is_same_v<T, Characters>) {
            put_text(value.items.get(), strnlen(value.items.get(), value.count));
        } else {
            const char* letter = is_mapping<T>::value ? "m " : is_keyed<T>::value ? "e " : "l ";
            std::size_t count = 0;
            auto& items = const_cast<T&>(value);
            for (auto place = items.begin(); place != items.end(); ++place) count++;
            result() << letter << count << ' ';
            for (auto place = items.begin(); place != items.end(); ++place) {
                if constexpr (is_mapping<T>::value) {
                    put(place->first);
                    put(place->second);
                } else {
                    put(static_cast<const typename T::value_type&>(*place));
                }
            }
        }
    }
};

template <class T>
struct Put<Rows<T>> {
    static void now(const Rows<T>& value) {
        auto& rows = const_cast<Rows<T>&>(value).rows;
        result() << "l " << rows.count << ' ';
        for (std::size_t i = 0; i < rows.count; i++) {
            T* place = value.pointers[i];
            std::size_t count = rows.data()[i].count;
            for (auto& row : rows)
                if (row.data() == place) count = row.count;
            result() << "l " << count << ' ';
            for (std::size_t j = 0; j < count; j++) put(place[j]);
        }
    }
};

template <>
struct Put<Texts> {
    static void now(const Texts& value) { put(value.pointers); }
};

template <class A, class B>
struct Put<std::pair<A, B>> {
    static void now(const std::pair<A, B>& value) {
        result() << "t 2 ";
        put(value.first);
        put(value.second);
    }
};

template <class... T>
struct Put<std::tuple<T...>> {
    static void now(const std::tuple<T...>& value) {
        result() << "t " << sizeof...(T) << ' ';
        std::apply([](const T&... items) { (put(items), ...); }, value);
    }
};

template <class T>
struct Put<std::optional<T>> {
    static void now(const std::optional<T>& value) {
        if (value) put(*value);
        else result() << "n ";
    }
};

template <class T>
void put(T&& value) {
    Put<std::decay_t<T>>::now(value);
}

// Leaves without destructors: what the program gave is settled.
[[noreturn]] inline void finish() {
    std::cout.flush();
    std::fflush(nullptr);
    std::ofstream("result") << result().str() << "end\n";
    std::_Exit(0);
}

// Fills the stack below with one byte, so that variables without a value show themselves. The call follows at once, as
// what reading an argument leaves there would lie over the paint; only a vector or string passed by value is still copied
// in between. There are no variables on the stack and no checks here, for a frame of this function's own would lie
// unpainted where the frame of the call will be.
__attribute__((noinline, no_sanitize("address"), no_sanitize("undefined"))) inline void paint(int byte) {
    static char* place;
    static char* end;
    static char fill;
    fill = static_cast<char>(byte);
    place = static_cast<char*>(__builtin_frame_address(0));
    end = place - (1 << 16);
    while (place != end) *--place = fill;
}

}  // namespace selfdebug_calls
