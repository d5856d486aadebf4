/**
 * PostgreSQL, started by the server itself: the real engine with its promises kept, for one
 * machine.
 *
 * <p>Depends on the data folder, the PostgreSQL driver and the binaries in the zonky jar; none of
 * zonky's code. Start reading at {@link chat.app.postgres.EmbeddedPostgres}.
 */
@NullMarked
package chat.app.postgres;

import org.jspecify.annotations.NullMarked;
