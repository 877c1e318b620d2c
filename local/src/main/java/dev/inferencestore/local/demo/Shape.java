package dev.inferencestore.local.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.util.Locale;

/**
 * One shape on a picture, and the box around it in pixels.
 *
 * @param x left edge
 * @param y top edge
 */
record Shape(Kind kind, Color colour, int x, int y, int width, int height) {

    enum Kind {
        CIRCLE,
        RECTANGLE,
        TRIANGLE;

        /** As a detector says it. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void drawOn(Graphics2D graphics) {
        graphics.setColor(colour);
        switch (kind) {
            case CIRCLE -> graphics.fillOval(x, y, width, height);
            case RECTANGLE -> graphics.fillRect(x, y, width, height);
            case TRIANGLE ->
                graphics.fillPolygon(
                        new Polygon(new int[] {x, x + width / 2, x + width}, new int[] {y + height, y, y + height}, 3));
        }
    }
}
