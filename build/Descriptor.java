import java.nio.file.*;

/**
 * Gives a module descriptor the class file version of Java 17. The jar tool that has to read it is
 * that of Maven's own JDK, which may be as old; the format of descriptors is the same since Java 9.
 */
public class Descriptor {
  private static final int MAJOR_VERSION = 7;
  private static final byte JAVA_17 = 61;

  public static void main(String[] args) throws Exception {
    var file = Path.of(args[0]);
    var bytes = Files.readAllBytes(file);
    if (bytes[MAJOR_VERSION] <= JAVA_17) return;
    bytes[MAJOR_VERSION] = JAVA_17;
    Files.write(file, bytes);
  }
}
