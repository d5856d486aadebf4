/**
 * Programs that stand in the documentation, compiled and run. Start reading at {@link
 * example.EmbeddedChat}.
 */
@NullMarked
package example;

import org.jspecify.annotations.NullMarked;
