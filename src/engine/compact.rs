//! Events in two words of a processor, which is how the agenda keeps them.
//!
//! An enumeration of a dozen bytes goes through memory wherever it is moved, and is read in other pieces than it was written in;
//! a processor has to wait for that (measured on W1: 4 % of the time, at two places). Two integers stay in registers.

/// What can be told by its kind and a word of numbers.
pub trait Compact: Copy {
    /// How many kinds there are; theirs are 0, 1, …
    const KINDS: u8;

    /// Its kind and numbers.
    fn packed(self) -> (u8, u64);

    /// What [`Self::packed`] gave these.
    fn unpacked(kind: u8, numbers: u64) -> Self;
}

/// Defines an enumeration and makes it [`Compact`]. Its variants have names for unsigned numbers, of 64 bits in all; those that
/// hold another such enumeration stand behind `..`.
macro_rules! compact {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $Name:ident {
            $($(#[$about:meta])* $Variant:ident { $($number:ident: $Number:ty),+ },)+
            $(.. $($(#[$outer:meta])* $Outer:ident($Inner:ty),)+)?
        }
    ) => {
        $(#[$meta])*
        $visibility enum $Name {
            $($(#[$about])* $Variant { $($number: $Number),+ },)+
            $($($(#[$outer])* $Outer($Inner),)+)?
        }

        const _: () = {
            /// In the order of the variants, and how many there are.
            #[repr(u8)]
            enum Kind { $($Variant,)+ End }

            // Written for any number of fields and inner enumerations; what is too much in a case goes when it is compiled.
            #[allow(unused_assignments, unused_mut, unused_variables, irrefutable_let_patterns)]
            impl $crate::engine::Compact for $Name {
                const KINDS: u8 = Kind::End as u8 $($(+ <$Inner as $crate::engine::Compact>::KINDS)+)?;

                #[inline(always)]
                fn packed(self) -> (u8, u64) {
                    $(if let Self::$Variant { $($number),+ } = self {
                        let (mut numbers, mut bits) = (0, 0);
                        $(
                            numbers |= u64::from($number) << bits;
                            bits += <$Number>::BITS;
                        )+
                        return (Kind::$Variant as u8, numbers);
                    })+
                    let mut first = Kind::End as u8;
                    $($(
                        if let Self::$Outer(inner) = self {
                            let (kind, numbers) = $crate::engine::Compact::packed(inner);
                            return (first + kind, numbers);
                        }
                        first += <$Inner as $crate::engine::Compact>::KINDS;
                    )+)?
                    unreachable!("all variants were asked for")
                }

                #[inline(always)]
                fn unpacked(kind: u8, numbers: u64) -> Self {
                    $(if kind == Kind::$Variant as u8 {
                        let mut bits = 0;
                        $(
                            let $number = (numbers >> bits) as $Number;
                            bits += <$Number>::BITS;
                        )+
                        return Self::$Variant { $($number),+ };
                    })+
                    let mut first = Kind::End as u8;
                    $($(
                        if kind < first + <$Inner as $crate::engine::Compact>::KINDS {
                            let inner = <$Inner as $crate::engine::Compact>::unpacked(kind - first, numbers);
                            return Self::$Outer(inner);
                        }
                        first += <$Inner as $crate::engine::Compact>::KINDS;
                    )+)?
                    unreachable!("no event is of kind {kind}")
                }
            }

            // A word holds the numbers of each, and a byte all kinds.
            $(assert!(0 $(+ <$Number>::BITS)+ <= 64);)+
            let _: u8 = <$Name as $crate::engine::Compact>::KINDS;
        };
    };
}

pub(crate) use compact;

#[cfg(test)]
mod tests {
    use super::*;

    compact! {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Inner {
            One { a: u32 },
            Two { a: u32, b: u32 },
        }
    }

    compact! {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Outer {
            Three { a: u32, b: u16, c: u16 },
            ..
            First(Inner),
            Second(Inner),
        }
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let (a, b, c) = (0xffff_fffe, 0x8000, 1);
        let inner = [Inner::One { a }, Inner::Two { a: 7, b: a }];
        let all = [Outer::Three { a, b, c }].into_iter();
        let all = all.chain(inner.map(Outer::First)).chain(inner.map(Outer::Second));
        for (kind, event) in all.enumerate() {
            assert_eq!(event.packed().0, kind as u8);
            let (kind, numbers) = event.packed();
            assert_eq!(Outer::unpacked(kind, numbers), event);
        }
        assert_eq!(Outer::KINDS, 5);
    }
}
