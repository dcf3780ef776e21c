package io.ordersaga.coordinator.engine;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What people look a transaction up by. It travels with a submit as branch headers, so that any client of DTM can
/// send it, and participants see it, too.
///
/// @param businessKey what its submitter calls it, such as an order; empty when it says nothing
/// @param tags by name
public record Labels(String businessKey, SortedMap<String, String> tags) {

    public static final String BUSINESS_KEY_HEADER = "saga-business-key";
    public static final String TAG_HEADER_PREFIX = "saga-tag-";

    /// In characters, of a business key and of a tag's value.
    public static final int VALUE_LENGTH_MAX = 128;
    /// In characters, of a tag's name.
    public static final int NAME_LENGTH_MAX = 32;
    public static final int TAGS_MAX = 16;

    public static final Labels NONE = new Labels("", Collections.emptySortedMap());

    public Labels {
        requireShort(BUSINESS_KEY_HEADER, businessKey);
        tags.forEach((name, value) -> {
            if (name.isEmpty() || name.length() > NAME_LENGTH_MAX) {
                throw new InvalidSagaException(
                        "branch_headers." + TAG_HEADER_PREFIX + name,
                        "must name a tag of at most " + NAME_LENGTH_MAX + " characters");
            }
            requireShort(TAG_HEADER_PREFIX + name, value);
        });
        if (tags.size() > TAGS_MAX) {
            throw new InvalidSagaException(
                    "branch_headers", "has " + tags.size() + " tags, at most " + TAGS_MAX + " are allowed");
        }
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /// What those headers say; a value that is empty says nothing.
    ///
    /// @param branchHeaders with names in lower case
    public static Labels of(SortedMap<String, String> branchHeaders) {
        String businessKey = branchHeaders.getOrDefault(BUSINESS_KEY_HEADER, "");
        SortedMap<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, String> header :
                branchHeaders.tailMap(TAG_HEADER_PREFIX).entrySet()) {
            if (!header.getKey().startsWith(TAG_HEADER_PREFIX)) {
                break;
            }
            if (!header.getValue().isEmpty()) {
                tags.put(header.getKey().substring(TAG_HEADER_PREFIX.length()), header.getValue());
            }
        }
        return businessKey.isEmpty() && tags.isEmpty() ? NONE : new Labels(businessKey, tags);
    }

    /// Whether a header of that name is one of these.
    static boolean isLabel(String header) {
        return header.equals(BUSINESS_KEY_HEADER) || header.startsWith(TAG_HEADER_PREFIX);
    }

    public boolean isEmpty() {
        return businessKey.isEmpty() && tags.isEmpty();
    }

    private static void requireShort(String header, String value) {
        if (value.length() > VALUE_LENGTH_MAX) {
            throw new InvalidSagaException(
                    "branch_headers." + header, "must be at most " + VALUE_LENGTH_MAX + " characters long");
        }
        for (int index = 0; index < value.length(); index++) {
            if (value.charAt(index) < ' ' || value.charAt(index) > '~') {
                throw new InvalidSagaException("branch_headers." + header, "must be printable ASCII");
            }
        }
    }
}
