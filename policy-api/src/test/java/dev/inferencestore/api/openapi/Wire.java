package dev.inferencestore.api.openapi;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends HTTP/1.1 byte by byte, as no well-behaved client would, over one connection as long as the server keeps it. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final int port;
    private Socket socket;
    private InputStream answers;

    Wire(int port) {
        this.port = port;
    }

    /** Sends a whole request, with its Content-Length unless its headers say how long it is. */
    Received send(String method, String target, List<String> headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (headers.stream().noneMatch(header -> header.startsWith("Transfer-Encoding"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return send(bytes.toByteArray());
    }

    /** Sends bytes and reads one answer. */
    Received send(byte[] request) {
        return send(request, false);
    }

    /** Sends bytes, says that no more will come, and reads one answer. */
    Received sendAndEnd(byte[] request) {
        return send(request, true);
    }

    private Received send(byte[] request, boolean last) {
        try {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
                answers = new BufferedInputStream(socket.getInputStream());
            }
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            if (last) {
                socket.shutdownOutput();
            }
            return read();
        } catch (IOException failure) {
            close();
            throw new UncheckedIOException(
                    new String(request, 0, Math.min(200, request.length), StandardCharsets.ISO_8859_1), failure);
        }
    }

    private Received read() throws IOException {
        String status = line();
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        int code = Integer.parseInt(status.split(" ", 3)[1]);
        Received received = new Received(code, headers, new String(body(code, headers), StandardCharsets.UTF_8));
        if (received.header("Connection").equalsIgnoreCase("close")) {
            close();
        }
        return received;
    }

    private byte[] body(int status, Map<String, List<String>> headers) throws IOException {
        if (status == 204) {
            return new byte[0];
        }
        if (headers.containsKey("content-length")) {
            return answers.readNBytes(
                    Integer.parseInt(headers.get("content-length").get(0)));
        }
        if (!headers.containsKey("transfer-encoding")) {
            return answers.readAllBytes();
        }
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int length = chunkLength(); length > 0; length = chunkLength()) {
            chunks.writeBytes(answers.readNBytes(length));
            line();
        }
        line();
        return chunks.toByteArray();
    }

    private int chunkLength() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = answers.read(); b != '\n'; b = answers.read()) {
            if (b < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            socket = null;
        }
    }
}
