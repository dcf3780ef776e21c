package io.ordersaga.coordinator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/// An identity provider over real HTTP with real keys, that a test can have lie in any way.
final class ScriptedProvider implements AutoCloseable {
    static final String CLIENT = "ordersaga-test";
    static final String SECRET = "what was agreed on & more";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What somebody who signed in is told of with the code.
    @FunctionalInterface
    interface Token {
        String of(JWTClaimsSet.Builder claims) throws JOSEException;
    }

    private record Asked(String nonce, String challenge, Token token) {}

    final RSAKey rsa = rsa("first");
    final RSAKey unpublished = rsa("unpublished");
    final ECKey elliptic = elliptic("elliptic");
    /// While true, nothing is answered.
    volatile boolean down;
    /// What is sent instead of every answer to a code; empty: what belongs there.
    volatile String noise = "";

    private final List<JWK> published = new CopyOnWriteArrayList<>(List.of(rsa, elliptic));
    private final Map<String, Asked> codes = new ConcurrentHashMap<>();
    private final HttpServer server;

    ScriptedProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    }

    void publish(JWK key) {
        published.add(key);
    }

    /// Somebody signs in where the coordinator sent their browser; the code and the state to come back with.
    Map<String, String> authorize(String url, Token token) {
        Map<String, String> asked = form(URI.create(url).getRawQuery());
        if (!"code".equals(asked.get("response_type"))
                || !CLIENT.equals(asked.get("client_id"))
                || !"S256".equals(asked.get("code_challenge_method"))
                || !asked.getOrDefault("scope", "").contains("openid")) {
            throw new IllegalArgumentException("this is no request for a code: " + url);
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, new Asked(asked.getOrDefault("nonce", ""), asked.getOrDefault("code_challenge", ""), token));
        return Map.of("code", code, "state", asked.getOrDefault("state", ""));
    }

    String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(claims, rsa);
    }

    static String signed(JWTClaimsSet.Builder claims, RSAKey key) throws JOSEException {
        return signed(claims, JWSAlgorithm.RS256, key.getKeyID(), new RSASSASigner(key));
    }

    static String signed(JWTClaimsSet.Builder claims, ECKey key) throws JOSEException {
        return signed(claims, JWSAlgorithm.ES256, key.getKeyID(), new ECDSASigner(key));
    }

    /// As if the public key were a secret.
    String signedWithPublicKey(JWTClaimsSet.Builder claims) throws JOSEException {
        byte[] known = rsa.toRSAPublicKey().getEncoded();
        return signed(claims, JWSAlgorithm.HS256, rsa.getKeyID(), new MACSigner(known));
    }

    static String unsigned(JWTClaimsSet.Builder claims) {
        return new PlainJWT(claims.build()).serialize();
    }

    private static String signed(JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, String key, JWSSigner signer)
            throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(), claims.build());
        token.sign(signer);
        return token.serialize();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (down) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/realm/.well-known/openid-configuration" -> send(exchange, 200, discovery());
                case "/realm/keys" -> send(exchange, 200, new JWKSet(published).toString(true));
                case "/realm/token" -> token(exchange);
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private String discovery() {
        return JSON.writeValueAsString(Map.of(
                "issuer", issuer(),
                "authorization_endpoint", issuer() + "/door?theme=dark",
                "token_endpoint", issuer() + "/token",
                "jwks_uri", issuer() + "/keys"));
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Asked asked = codes.remove(form.getOrDefault("code", ""));
        String shown = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
        if (!noise.isEmpty()) {
            send(exchange, 200, noise);
        } else if (asked == null
                || !asked.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))
                || !shown.equals("Basic " + Base64.getEncoder().encodeToString(credentials()))) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
        } else {
            JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                    .issuer(issuer())
                    .audience(CLIENT)
                    .issueTime(Date.from(Instant.now()))
                    .expirationTime(Date.from(Instant.now().plusSeconds(120)))
                    .claim("nonce", asked.nonce());
            try {
                send(
                        exchange,
                        200,
                        JSON.writeValueAsString(Map.of("id_token", asked.token().of(claims))));
            } catch (JOSEException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static byte[] credentials() {
        return (CLIENT + ":what+was+agreed+on+%26+more").getBytes(StandardCharsets.UTF_8);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String parameter : text.split("&", -1)) {
            int equals = parameter.indexOf('=');
            form.put(
                    parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static RSAKey rsa(String name) {
        try {
            return new RSAKeyGenerator(2048).keyID(name).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static ECKey elliptic(String name) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(name).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
