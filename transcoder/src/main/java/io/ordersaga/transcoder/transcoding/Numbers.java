package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/// Numbers as JSON writes them, into the range of the field. `1.0` and `1e2` are whole numbers, as proto3 JSON says.
final class Numbers {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /// Longer than any number that a field can take needs to be; keeps the decimal arithmetic cheap.
    private static final int LENGTH_MAX = 64;

    private record Range(BigDecimal least, BigDecimal greatest) {
        static Range unsigned(int bits) {
            return new Range(BigDecimal.ZERO, power(bits).subtract(BigDecimal.ONE));
        }

        static Range signed(int bits) {
            return new Range(power(bits - 1).negate(), power(bits - 1).subtract(BigDecimal.ONE));
        }

        private static BigDecimal power(int bits) {
            return new BigDecimal(BigInteger.TWO.pow(bits));
        }

        boolean contains(BigDecimal value) {
            return least.compareTo(value) <= 0 && value.compareTo(greatest) <= 0;
        }

        @Override
        public String toString() {
            return "a whole number from " + least + " to " + greatest;
        }
    }

    private static final Range INT32 = Range.signed(32);
    private static final Range UINT32 = Range.unsigned(32);
    private static final Range INT64 = Range.signed(64);
    private static final Range UINT64 = Range.unsigned(64);

    private Numbers() {}

    /// What a whole-number field takes, for people.
    static String expected(FieldDescriptor field) {
        return "expected " + range(field);
    }

    /// An [Integer] or [Long] as the field holds it; unsigned values beyond the sign bit wrap, as protobuf wants.
    static Object whole(FieldDescriptor field, String text) throws BadValueException {
        Range range = range(field);
        BigDecimal value = decimal(text, "expected " + range);
        // The range first: within it the exponent is small, so the rest is cheap.
        if (!range.contains(value) || value.stripTrailingZeros().scale() > 0) {
            throw new BadValueException("expected " + range);
        }
        BigInteger whole = value.toBigIntegerExact();
        if (field.getJavaType() == FieldDescriptor.JavaType.INT) {
            return whole.intValue();
        }
        return whole.longValue();
    }

    static Float asFloat(String text) throws BadValueException {
        float value = isWord(text)
                ? Float.parseFloat(text)
                : decimal(text, "expected a number").floatValue();
        if (Float.isInfinite(value) && !isWord(text)) {
            throw new BadValueException("too large for a 32-bit floating point number");
        }
        return value;
    }

    static Double asDouble(String text) throws BadValueException {
        double value = isWord(text)
                ? Double.parseDouble(text)
                : decimal(text, "expected a number").doubleValue();
        if (Double.isInfinite(value) && !isWord(text)) {
            throw new BadValueException("too large for a 64-bit floating point number");
        }
        return value;
    }

    private static boolean isWord(String text) {
        return text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
    }

    private static BigDecimal decimal(String text, String expected) throws BadValueException {
        if (text.length() > LENGTH_MAX || !NUMBER.matcher(text).matches()) {
            throw new BadValueException(expected);
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            // An exponent beyond 32 bits.
            throw new BadValueException(expected);
        }
    }

    private static Range range(FieldDescriptor field) {
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> INT32;
            case UINT32, FIXED32 -> UINT32;
            case INT64, SINT64, SFIXED64 -> INT64;
            case UINT64, FIXED64 -> UINT64;
            case DOUBLE, FLOAT, BOOL, STRING, BYTES, ENUM, MESSAGE, GROUP ->
                throw new IllegalArgumentException(field.getFullName() + " is no whole number");
        };
    }
}
