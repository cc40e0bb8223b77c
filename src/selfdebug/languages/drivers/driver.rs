// Reads the arguments of one call from a file and writes what it gave to another; see selfdebug.execution.calls.values.
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

struct Words(std::vec::IntoIter<String>);

impl Words {
    fn word(&mut self) -> String {
        self.0.next().unwrap()
    }
    fn count(&mut self) -> usize {
        self.word();
        self.word().parse().unwrap()
    }
    fn text(&mut self) -> String {
        self.word();
        let hex = self.word();
        let bytes = (1..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
        String::from_utf8(bytes).unwrap()
    }
    fn is_absent(&self) -> bool {
        self.0.as_slice()[0] == "n"
    }
}

trait Take {
    fn take(words: &mut Words) -> Self;
}
trait Put {
    fn put(&self, out: &mut String);
}

macro_rules! integers {
    ($($kind:ty),*) => { $(
        impl Take for $kind {
            fn take(words: &mut Words) -> Self { words.word(); words.word().parse().unwrap() }
        }
        impl Put for $kind {
            fn put(&self, out: &mut String) { out.push_str(&format!("i {} ", self)) }
        }
    )* };
}
integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! floats {
    ($($kind:ty),*) => { $(
        impl Take for $kind {
            fn take(words: &mut Words) -> Self {
                words.word();
                f64::from_bits(u64::from_str_radix(&words.word(), 16).unwrap()) as $kind
            }
        }
        impl Put for $kind {
            fn put(&self, out: &mut String) { out.push_str(&format!("d {:016x} ", (*self as f64).to_bits())) }
        }
    )* };
}
floats!(f32, f64);

impl Take for bool {
    fn take(words: &mut Words) -> Self {
        words.word();
        words.word() == "1"
    }
}
impl Put for bool {
    fn put(&self, out: &mut String) {
        out.push_str(if *self { "b 1 " } else { "b 0 " })
    }
}
impl Put for str {
    fn put(&self, out: &mut String) {
        out.push_str("s x");
        for byte in self.bytes() {
            out.push_str(&format!("{:02x}", byte));
        }
        out.push(' ');
    }
}
impl Take for String {
    fn take(words: &mut Words) -> Self {
        words.text()
    }
}
impl Put for String {
    fn put(&self, out: &mut String) {
        self.as_str().put(out)
    }
}
impl Take for char {
    fn take(words: &mut Words) -> Self {
        words.text().chars().next().unwrap()
    }
}
impl Put for char {
    fn put(&self, out: &mut String) {
        self.to_string().put(out)
    }
}
impl Put for () {
    fn put(&self, out: &mut String) {
        out.push_str("n ")
    }
}
impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut String) {
        (**self).put(out)
    }
}
impl<T: Put + ?Sized> Put for &mut T {
    fn put(&self, out: &mut String) {
        (**self).put(out)
    }
}
impl<T: Put + ?Sized> Put for Box<T> {
    fn put(&self, out: &mut String) {
        (**self).put(out)
    }
}
impl<T: Take> Take for Option<T> {
    fn take(words: &mut Words) -> Self {
        if words.is_absent() {
            words.word();
            None
        } else {
            Some(T::take(words))
        }
    }
}
impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut String) {
        match self {
            Some(value) => value.put(out),
            None => out.push_str("n "),
        }
    }
}
impl<T: Put, E: std::fmt::Debug> Put for Result<T, E> {
    fn put(&self, out: &mut String) {
        match self {
            Ok(value) => value.put(out),
            Err(error) => panic!("returned Err({:?})", error),
        }
    }
}
impl<T: Put> Put for [T] {
    fn put(&self, out: &mut String) {
        out.push_str(&format!("l {} ", self.len()));
        for item in self {
            item.put(out);
        }
    }
}
impl<T: Put, const N: usize> Put for [T; N] {
    fn put(&self, out: &mut String) {
        self.as_slice().put(out)
    }
}
impl<T: Take, const N: usize> Take for [T; N] {
    fn take(words: &mut Words) -> Self {
        match Vec::<T>::take(words).try_into() {
            Ok(array) => array,
            Err(_) => panic!("the argument does not have {} elements", N),
        }
    }
}

macro_rules! collections {
    ($($kind:ident, $letter:literal, $($bound:path),+;)*) => { $(
        impl<T: Take $(+ $bound)+> Take for $kind<T> {
            fn take(words: &mut Words) -> Self {
                let count = words.count();
                (0..count).map(|_| T::take(words)).collect()
            }
        }
        impl<T: Put> Put for $kind<T> {
            fn put(&self, out: &mut String) {
                out.push_str(&format!("{} {} ", $letter, self.len()));
                for item in self {
                    item.put(out);
                }
            }
        }
    )* };
}
collections! {
    Vec, "l", Sized;
    VecDeque, "l", Sized;
    HashSet, "e", Eq, std::hash::Hash;
    BTreeSet, "e", Ord;
}

macro_rules! mappings {
    ($($kind:ident, $($bound:path),+;)*) => { $(
        impl<K: Take $(+ $bound)+, V: Take> Take for $kind<K, V> {
            fn take(words: &mut Words) -> Self {
                let count = words.count();
                (0..count).map(|_| (K::take(words), V::take(words))).collect()
            }
        }
        impl<K: Put, V: Put> Put for $kind<K, V> {
            fn put(&self, out: &mut String) {
                out.push_str(&format!("m {} ", self.len()));
                for (key, value) in self {
                    key.put(out);
                    value.put(out);
                }
            }
        }
    )* };
}
mappings! {
    HashMap, Eq, std::hash::Hash;
    BTreeMap, Ord;
}

macro_rules! tuples {
    ($($count:literal $($name:ident $index:tt),+;)*) => { $(
        impl<$($name: Take),+> Take for ($($name,)+) {
            fn take(words: &mut Words) -> Self {
                words.count();
                ($($name::take(words),)+)
            }
        }
        impl<$($name: Put),+> Put for ($($name,)+) {
            fn put(&self, out: &mut String) {
                out.push_str(&format!("t {} ", $count));
                $(self.$index.put(out);)+
            }
        }
    )* };
}
tuples! {
    1 A 0;
    2 A 0, B 1;
    3 A 0, B 1, C 2;
    4 A 0, B 1, C 2, D 3;
    5 A 0, B 1, C 2, D 3, E 4;
}
