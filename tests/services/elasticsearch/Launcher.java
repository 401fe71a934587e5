import java.nio.file.Path;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one Elasticsearch node. Arguments: settings, each as name=value.
 *
 * Why it exists: the distribution's own entry point expects its start script, native libraries and a Java agent, none
 * of which is on Maven Central. This is what remains of it for one node with nothing to protect.
 */
public final class Launcher {
    public static void main(String[] arguments) throws Exception {
        LogConfigurator.configureESLogging();
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        LogConfigurator.configureWithoutConfig(settings.build());
        Path configuration = Path.of(settings.get("path.home"), "config");
        var environment =
            InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), configuration, () -> "tests");
        var modules = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
        var plugins = PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false);
        Node node = new Node(environment, PluginsLoader.createPluginsLoader(modules, plugins, Map.of()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        // Standard input ends with the process that started this one, however that ends: no server outlives its tests.
        while (System.in.read() != -1) { }
        System.exit(0);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
