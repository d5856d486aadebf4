/**
 * Runs programs that others wrote for Node.js, in the tests of the modules that pin such packages
 * in {@code src/test/npm}: their builds compile it.
 *
 * <p>Depends on the JDK and JUnit. Start reading at {@link chat.npm.NodeProgram}.
 */
@NullMarked
package chat.npm;

import org.jspecify.annotations.NullMarked;
