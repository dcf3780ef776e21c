package io.ordersaga.gateway;

import io.ordersaga.transcoder.errors.ErrorWriter;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.errors.HttpFailure;
import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.RequestId;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// Writes what the HTTP server refuses before the pipeline sees it (a broken path, a method it does not take) in the
/// same form as every other error. Made by the server by name, hence public.
public final class ServerErrorValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        HttpFailure failure = Failures.ofHttpCode(response.getStatus()).in(GatewayWiring.DOMAIN);
        String requestId = RequestId.of(request);
        response.setHeader(RequestId.HEADER, requestId);
        try {
            Answer.json(failure.httpCode(), ErrorWriter.error(failure, requestId), failure.headers())
                    .writeTo(response);
            response.finishResponse();
        } catch (IOException e) {
            // The client is gone; there is nobody to tell.
        }
    }
}
