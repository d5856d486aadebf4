package chat.persistence.jpa;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Is a database whose next commit gets lost, and that cannot be reached from then on. */
final class LostCommit {
  /** Whether the next commit gets lost. */
  volatile boolean next;

  /** Whether the database cannot be reached. */
  volatile boolean away;

  private final DataSource real;

  LostCommit(DataSource real) {
    this.real = real;
  }

  DataSource source() {
    return over(
        DataSource.class,
        (proxy, method, arguments) -> {
          if (away) throw new SQLException("refused", "08001");
          var result = call(real, method, arguments);
          return result instanceof Connection connection ? losing(connection) : result;
        });
  }

  private Connection losing(Connection connection) {
    return over(
        Connection.class,
        (proxy, method, arguments) -> {
          if (next && method.getName().equals("commit")) {
            next = false;
            away = true;
            connection.rollback();
            throw new SQLException("cut", "08006");
          }
          return call(connection, method, arguments);
        });
  }

  private static <T> T over(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(LostCommit.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
