package dev.inferencestore.api.access;

import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/** Holds back whoever calls too often: callers by name, and those who fail to say who they are by address. */
final class Limits {
    private static final int CALLERS = 10_000;

    /** Nobody has that many wrong tokens by mistake; those with a right one are not held back by others' wrong ones. */
    private static final double FAILURES_PER_SECOND = 5;

    private static final int FAILURES_AT_ONCE = 200;
    private static final int NETWORK_OF_IPV6 = 8;

    private final RateLimit calls;
    private final RateLimit failures;

    Limits(int perSecond, int burst, LongSupplier nanos) {
        calls = new RateLimit(perSecond, burst, CALLERS, nanos);
        failures = new RateLimit(FAILURES_PER_SECOND, FAILURES_AT_ONCE, CALLERS, nanos);
    }

    /**
     * Counts a call of somebody who is known.
     *
     * @throws ProblemException 429
     */
    void count(Context call, String caller) {
        RateLimit.Verdict verdict = calls.take(caller);
        call.header("RateLimit-Policy", "\"caller\";q=" + calls.burst() + ";w=" + calls.fullAfterSeconds());
        call.header(
                "RateLimit",
                "\"caller\";r=" + verdict.left() + (verdict.allowed() ? "" : ";t=" + verdict.retryAfterSeconds()));
        if (!verdict.allowed()) {
            throw tooMany(call, verdict, "more calls than 'http.rate-limit' and 'http.rate-burst' allow one caller");
        }
    }

    /**
     * Counts a call with a link that carries a signature, by address.
     *
     * @throws ProblemException 429
     */
    void countLink(Context call) {
        count(call, "link@" + network(call.ip()));
    }

    /**
     * Counts a call with no token, or one that is not taken.
     *
     * @throws ProblemException 429
     */
    void countFailure(Context call) {
        RateLimit.Verdict verdict = failures.take(network(call.ip()));
        if (!verdict.allowed()) {
            throw tooMany(call, verdict, "too many calls without a token that is taken, from this address");
        }
    }

    private static ProblemException tooMany(Context call, RateLimit.Verdict verdict, String why) {
        call.header("Retry-After", Long.toString(verdict.retryAfterSeconds()));
        return ProblemException.of(
                ProblemKind.TOO_MANY_CALLS, why + "; try again after " + verdict.retryAfterSeconds() + " s");
    }

    /** An address; of IPv6 its network, since whoever has one address of it has them all. */
    static String network(String ip) {
        try {
            // Never a name, so nothing is looked up.
            if (ip.indexOf(':') >= 0 && InetAddress.getByName(ip) instanceof Inet6Address address) {
                return HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_OF_IPV6));
            }
            return ip;
        } catch (UnknownHostException notOne) {
            return ip;
        }
    }
}
