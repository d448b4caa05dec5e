package dev.parley.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The laws of the house (docs/adr/0001) that a machine can check, over all rooms. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {
    private static final String[] PURE = {"dev.parley.config..", "dev.parley.routermodels..", "dev.parley.graphrouter.."
    };
    private static final String[] SIDE_ROOMS = {"budget", "cache", "execute", "experiment", "record", "observe", "admin"
    };

    @ArchTest
    static final ArchRule noCyclesOfPackages =
            slices().matching("dev.parley.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule pureRoomsKnowNoVertx = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule onnxOnlyInItsRoom = noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.routermodels.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule jgraphtOnlyInItsRoom = noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.graphrouter.graph..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jgrapht..");

    @ArchTest
    static final ArchRule jacksonOnlyWhereJsonIsRead = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.parley.chat..",
                    "dev.parley.config.load..",
                    "dev.parley.graphrouter..",
                    "dev.parley.moe..",
                    "dev.parley.gateway.record..",
                    "dev.parley.gateway.admin..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule theEngineIsJdkOnly = classes()
            .that()
            .resideInAPackage("dev.parley.moe.engine..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.parley.moe.engine..", "java..", "jdk.incubator.vector..", "org.jspecify..");

    @ArchTest
    static final ArchRule sqlOnlyInRecord = noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.gateway.record..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..");

    @ArchTest
    static void sideRoomsKeepApart(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (String room : SIDE_ROOMS) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.parley.gateway." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others(room))
                    .check(all);
        }
    }

    private static String[] others(String room) {
        java.util.List<String> others = new java.util.ArrayList<>();
        others.add("dev.parley.gateway.pipeline..");
        others.add("dev.parley.gateway.http..");
        others.add("dev.parley.gateway");
        for (String other : SIDE_ROOMS) {
            boolean readsTheOneFact = room.equals("observe") && other.equals("record");
            if (!other.equals(room) && !readsTheOneFact) {
                others.add("dev.parley.gateway." + other + "..");
            }
        }
        return others.toArray(String[]::new);
    }
}
