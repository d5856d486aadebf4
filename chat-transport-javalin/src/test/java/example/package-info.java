/** A service that embeds ChatKit, as its own authors would write it: it knows what is public. */
@NullMarked
package example;

import org.jspecify.annotations.NullMarked;
