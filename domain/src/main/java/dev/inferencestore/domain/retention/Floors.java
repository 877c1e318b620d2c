package dev.inferencestore.domain.retention;

import java.util.Collection;

/**
 * How far a model's data is hidden and how far it has been claimed for removal. Below the visible floor no read shows
 * anything; below the hard floor nothing is stored any more, and nothing comes back.
 *
 * <p>The visible floor is the highest of the hard floor and of what tasks hide: SOFT tasks that are complete and not
 * undone, HARD tasks that run or that failed on their way.
 */
public record Floors(Cutoffs visible, Cutoffs hard) {
    public Floors {
        if (!hard.within(visible)) {
            throw new IllegalArgumentException("what is claimed must be hidden: " + visible + " " + hard);
        }
    }

    /** A run hides what is below its cutoffs. */
    public Floors hide(Cutoffs cutoffs) {
        return new Floors(visible.higher(cutoffs), hard);
    }

    /** A slice is claimed: the point of no return for what is below. */
    public Floors claim(Cutoffs upTo) {
        return new Floors(visible.higher(upTo), hard.higher(upTo));
    }

    /** Shows again all that neither has been claimed nor is hidden by one of these. */
    public Floors show(Collection<Cutoffs> hidden) {
        Cutoffs highest = hard;
        for (Cutoffs cutoffs : hidden) {
            highest = highest.higher(cutoffs);
        }
        return new Floors(highest, hard);
    }
}
