import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node until it is told to end: arguments are its folder and its HTTP port. */
class Node {
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        OpenSearchRunner runner = new OpenSearchRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { runner.close(); } catch (Exception ended) { } }));
        runner.onBuild((number, settings) -> settings.put("cluster.routing.allocation.disk.threshold_enabled", false));
        runner.setMaxHttpPort(port); // the runner takes the first free port from the base on
        runner.build(OpenSearchRunner.newConfigs().basePath(arguments[0]).clusterName("parcours-bench").numOfNode(1).baseHttpPort(port - 1));
        Thread.currentThread().join();
    }
}
