/** Rules of the whole build, pages that are generated, and the local run from start to kill. */
package dev.inferencestore.local;
