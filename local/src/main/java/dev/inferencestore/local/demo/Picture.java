package dev.inferencestore.local.demo;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A picture as a camera could send it, and what is on it. */
record Picture(byte[] png, List<Shape> shapes) {
    static final int WIDTH = 320;
    static final int HEIGHT = 240;

    private static final List<Shape.Kind> KINDS = List.of(Shape.Kind.values());
    private static final int COLUMNS = 3;
    private static final int ROWS = 2;
    private static final int LEAST = 32;
    private static final int MARGIN = 4;

    Picture {
        shapes = List.copyOf(shapes);
    }

    /** Draws one to five shapes, none over another, on a gradient: light by day, dark by night. */
    static Picture draw(Random random, boolean night) {
        List<Shape> shapes = shapes(random);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, ground(random, night), WIDTH, HEIGHT, ground(random, night)));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        shapes.forEach(shape -> shape.drawOn(graphics));
        graphics.dispose();
        return new Picture(png(image), shapes);
    }

    private static List<Shape> shapes(Random random) {
        List<Integer> cells = new ArrayList<>();
        for (int cell = 0; cell < COLUMNS * ROWS; cell++) {
            cells.add(cell);
        }
        Collections.shuffle(cells, random);
        List<Shape> shapes = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int cell : cells.subList(0, count)) {
            shapes.add(shape(random, cell));
        }
        return shapes;
    }

    private static Shape shape(Random random, int cell) {
        int cellWidth = WIDTH / COLUMNS;
        int cellHeight = HEIGHT / ROWS;
        Shape.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        int width = LEAST + random.nextInt(cellWidth - 2 * MARGIN - LEAST);
        int height = kind == Shape.Kind.CIRCLE ? width : LEAST + random.nextInt(cellHeight - 2 * MARGIN - LEAST);
        int x = cell % COLUMNS * cellWidth + MARGIN + random.nextInt(cellWidth - 2 * MARGIN - width);
        int y = cell / COLUMNS * cellHeight + MARGIN + random.nextInt(cellHeight - 2 * MARGIN - height);
        return new Shape(kind, Color.getHSBColor(random.nextFloat(), 0.9f, 0.95f), x, y, width, height);
    }

    private static Color ground(Random random, boolean night) {
        return Color.getHSBColor(random.nextFloat(), 0.2f, night ? 0.2f : 0.85f);
    }

    private static byte[] png(BufferedImage image) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("This Java has no writer of PNG: use one with java.desktop.");
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a picture to memory.", e);
        }
    }
}
