package dev.inferencestore.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may use what, as the table of modules says. */
class ModuleRulesTest {
    private static final String FLINK = "org.apache.flink..";
    private static final String[] HTTP_SERVER = {"io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."};
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.inferencestore");

    @Test
    void theDomainIsPure() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        FLINK,
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "software.amazon..",
                        "org.apache.kafka..",
                        "java.net.http..",
                        "io.javalin..",
                        "org.eclipse.jetty..")
                .because("what is decided about events and retention must be testable, and true, without any server"));
    }

    @Test
    void theDomainUsesNoOtherModule() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.inferencestore.storage..",
                        "dev.inferencestore.job..",
                        "dev.inferencestore.api..",
                        "dev.inferencestore.servers..",
                        "dev.inferencestore.local..")
                .because("every module stands on the domain; nothing points back"));
    }

    @Test
    void storageRunsInTheJobAndInTheApi() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FLINK, "io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
                .because("the API has no Flink on its class path, and the job no HTTP server"));
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.inferencestore.job..", "dev.inferencestore.api..", "dev.inferencestore.local..")
                .because("storage is used by both and knows neither"));
    }

    @Test
    void theJobDoesNotKnowTheApi() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.job..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.inferencestore.api..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP_SERVER)
                .because("they meet in PostgreSQL and Kafka only, so that either can be down or replaced"));
    }

    @Test
    void theApiKnowsNeitherTheJobNorFlink() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.inferencestore.job..", FLINK)
                .because("the API goes on answering whichever Flink runs the job, or none"));
    }

    @Test
    void theServersKnowNothingOfOurs() {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.inferencestore.servers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.inferencestore.domain..",
                        "dev.inferencestore.storage..",
                        "dev.inferencestore.job..",
                        "dev.inferencestore.api..",
                        "dev.inferencestore.local..")
                .because("the tests of every module start them, and none may need another module for that"));
    }

    @Test
    void onlyTheLocalRunStartsServers() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackages("dev.inferencestore.servers..", "dev.inferencestore.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.inferencestore.servers..")
                .because("elsewhere they are for tests"));
    }

    @Test
    void modulesHaveNoCycles() {
        hold(slices().matching("dev.inferencestore.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a module can be understood only with those below it"));
    }

    private static void hold(ArchRule rule) {
        rule.check(CLASSES);
    }
}
