/**
 * The two storage ports on PostgreSQL: Hibernate for everyday work, JDBC inside its session for the
 * hot statements, row-level security beneath both.
 *
 * <p>May depend on {@code chat.model}, {@code chat.port}, Hibernate, Flyway, Jackson and the
 * driver. Start reading at {@link chat.persistence.jpa.JpaStore}, then {@code V1__schema.sql}.
 */
@NullMarked
package chat.persistence.jpa;

import org.jspecify.annotations.NullMarked;
