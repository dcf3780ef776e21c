package io.ordersaga.transcoder.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// Which of the two forms of an error a client asks for.
final class AcceptedForm {
    private static final MediaType PROBLEM = MediaType.APPLICATION_PROBLEM_JSON;

    private AcceptedForm() {}

    /// Only when it names `application/problem+json`, and no less than plain JSON: wildcards get the
    /// default form.
    static boolean wantsProblem(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        List<MediaType> types;
        try {
            types = MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
        double problem = quality(types, PROBLEM);
        return problem > 0 && problem >= quality(types, MediaType.APPLICATION_JSON);
    }

    private static double quality(List<MediaType> types, MediaType wanted) {
        return types.stream()
                .filter(wanted::equalsTypeAndSubtype)
                .mapToDouble(MediaType::getQualityValue)
                .max()
                .orElse(0);
    }
}
