package chat.app.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ArchitectureTest {
  private static final String ROOT = "chat";
  private static final String PLANTED = "chat.app.architecture.planted";
  private static final JavaClasses SYSTEM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);
  private static final JavaClasses BREAKERS = new ClassFileImporter().importPackages(PLANTED);

  @Test
  void everyPackageIsLookedAtAndThereIsNoOther() {
    var expected =
        Stream.of(Packages.DOMAIN, Packages.ADAPTERS, Packages.APP)
            .flatMap(names -> names.stream().map(name -> Packages.path(ROOT, name)))
            .toList();
    assertThat(SYSTEM.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource
  void theLawHolds(Law law) {
    law.below(ROOT).check(SYSTEM);
  }

  @ParameterizedTest
  @EnumSource
  void theLawIsSeenToFailWhereItIsBroken(Law law) {
    assertThatThrownBy(() -> law.below(PLANTED).check(BREAKERS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(law.breaker());
  }
}
