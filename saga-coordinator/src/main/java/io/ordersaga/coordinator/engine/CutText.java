package io.ordersaga.coordinator.engine;

/// Texts of others that must fit somewhere. What was cut says so at its end, as far as there is room for it.
public final class CutText {

    private CutText() {}

    /// The text, or its beginning and a mark with its full length, together at most `lengthMax` characters.
    public static String to(int lengthMax, String text) {
        if (text.length() <= lengthMax) {
            return text;
        }
        String mark = " [cut, " + text.length() + " characters]";
        int kept = lengthMax - mark.length();
        if (kept <= 0) {
            return text.substring(0, wholeCharacters(text, lengthMax));
        }
        return text.substring(0, wholeCharacters(text, kept)) + mark;
    }

    /// One less when the cut would part a surrogate pair: half of one is no character in any database.
    private static int wholeCharacters(String text, int length) {
        return Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }
}
