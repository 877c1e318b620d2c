package dev.inferencestore.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final int PICTURES = 40;
    private static final int OPAQUE = 0xFF000000;

    @Test
    void aPictureIsAPngOfTheSizeThatItSays() throws IOException {
        for (int seed = 0; seed < PICTURES; seed++) {
            BufferedImage image = read(Picture.draw(new Random(seed), seed % 2 == 0));

            assertThat(image.getWidth()).isEqualTo(Picture.WIDTH);
            assertThat(image.getHeight()).isEqualTo(Picture.HEIGHT);
        }
    }

    @Test
    void everyBoxIsFilledForTheMostPartWithTheColourOfItsShape() throws IOException {
        for (int seed = 0; seed < PICTURES; seed++) {
            Picture picture = Picture.draw(new Random(seed), seed % 2 == 0);
            BufferedImage image = read(picture);

            for (Shape shape : picture.shapes()) {
                assertThat(partInColour(image, shape))
                        .as("picture %s: part of the box in the colour of %s", seed, shape)
                        .isGreaterThan(0.45);
            }
        }
    }

    @Test
    void whatADetectorSaysIsWhatWasDrawn() {
        Picture picture = Picture.draw(new Random(7), false);

        JsonNode detections = Detector.output(picture.shapes(), new Random(7)).get("detections");

        assertThat(detections).hasSameSizeAs(picture.shapes());
        for (int i = 0; i < detections.size(); i++) {
            Shape shape = picture.shapes().get(i);
            JsonNode detection = detections.get(i);
            assertThat(detection.get("label").textValue())
                    .isEqualTo(shape.kind().label());
            assertThat(List.of(0, 1, 2, 3))
                    .map(at -> detection.get("box").get(at).intValue())
                    .containsExactly(shape.x(), shape.y(), shape.width(), shape.height());
            assertThat(detection.get("score").doubleValue()).isBetween(0.6, 1.0);
        }
    }

    private static BufferedImage read(Picture picture) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(picture.png()));
    }

    private static double partInColour(BufferedImage image, Shape shape) {
        int matching = 0;
        for (int x = shape.x(); x < shape.x() + shape.width(); x++) {
            for (int y = shape.y(); y < shape.y() + shape.height(); y++) {
                if ((image.getRGB(x, y) | OPAQUE) == shape.colour().getRGB()) {
                    matching++;
                }
            }
        }
        return matching / (double) (shape.width() * shape.height());
    }
}
