using System.Text.Json.Nodes;

namespace Playground.Server.Tests.Hostile;

/// <summary>
/// Every field of every body, and every parameter of every address, with every value that nobody means: each is answered with a reason
/// or done, none is the server's fault, none tells where the server's files lie, and the server lives.
/// </summary>
[Collection(Servers.Hostile)]
public sealed class HostileValuesTests(HostileServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Bodies => new()
    {
        {
            "POST", "/api/v1/samples", """
            {"model":"tiny","sampler":"ddim","options":{"eta":0.5},"steps":2,"eta":0,"classes":[1],"guidance":1,"guidanceRescale":0,
             "guidanceInterval":[0,1],"count":1,"seed":1,"seeds":[5],"variationSeed":1,"variationStrength":0,"precision":"f32"}
            """
        },
        {
            "POST", "/api/v1/samples", """
            {"model":"tiny","sampler":"ddpm","steps":6,"count":1,"init":["PICTURE"],"strength":0.9,"mask":"PICTURE",
             "repaint":{"jumpLength":1,"resamples":1}}
            """
        },
        {
            "POST", "/api/v1/samples", """
            {"model":"tiny","sampler":"ddim","steps":2,"count":2,"classes":[1],
             "interpolate":{"from":"PICTURE","to":"PICTURE","inversionCalls":1}}
            """
        },
        {
            "POST", "/api/v1/samples", """
            {"model":"tiny","sampler":"dpmpp-2m","steps":3,"count":1,"options":{"spacing":"linspace","stepsOffset":0,"order":2,
             "finalSigma":"zero","clipSample":true,"clipRange":1,"thresholding":false,"thresholdRatio":0.9,"thresholdMax":1,
             "karrasSigmas":true,"exponentialSigmas":false,"sigmaMin":0.1,"sigmaMax":10,"solverType":"midpoint","lowerOrderFinal":true,
             "eulerAtFinal":true,"lambdaMinClipped":-5}}
            """
        },
        {
            "POST", "/api/v1/trainings", """
            {"dataset":"DATASET","version":1,"preset":"tiny","classes":true,"sampleEvery":5,"sampleCount":1,"sampleSteps":1,
             "keepCheckpoints":1,"options":{"steps":1,"batchSize":1,"accumulate":1,"learningRate":0.001,"warmupSteps":1,"cosine":false,
             "prediction":"epsilon","schedule":"linear","timesteps":10,"betaStart":0.0001,"betaEnd":0.02,"loss":"mse","huberDelta":1,
             "weighting":"uniform","minSnrGamma":5,"p2Gamma":1,"p2K":1,"offsetNoise":0,"flip":false,"ema":0.9,"emaWarmup":"ramp",
             "validation":0,"validateEvery":5,"validationExamples":1,"checkpointEvery":5,"precision":"f32","seed":1}}
            """
        },
        {
            "POST", "/api/v1/trainings", """
            {"dataset":"DATASET","model":"tiny","lora":{"rank":2,"alpha":2},"options":{"steps":1,"batchSize":1,"validation":0}}
            """
        },
        {
            "POST", "/api/v1/evaluations", """
            {"model":"tiny","reference":"dataset:DATASET@1","samplers":["ddim"],"steps":[1],"guidance":[1],"count":10,"seed":1,
             "precision":"f32"}
            """
        },
        { "POST", "/api/v1/datasets", """{"name":"n","uploads":["x"],"address":"http://127.0.0.1/x"}""" },
        {
            "PATCH", "/api/v1/datasets/DATASET", """
            {"name":"one","from":1,"exclude":[0],"include":[0],"excludeClasses":["x"],"excludeDuplicates":"exact","rename":{"x":"y"},
             "size":8,"channels":1,"crop":"pad"}
            """
        },
        { "PATCH", "/api/v1/models/spare", """{"name":"spare","confirm":"spare"}""" },
        { "POST", "/api/v1/models", """{"uploads":["x"]}""" },
        { "POST", "/api/v1/trainings/JOB/steps", """{"steps":5}""" },
        { "POST", "/api/v1/trainings/JOB/checkpoints/1/promote", """{"name":"x"}""" },
    };

    public static TheoryData<string> Addresses =>
    [
        "/api/v1/jobs?kind=VALUE", "/api/v1/jobs/VALUE", "/api/v1/jobs/VALUE/history", "/api/v1/jobs/JOB/VALUE.png",
        "/api/v1/trainings/VALUE", "/api/v1/trainings/JOB/curve?after=VALUE", "/api/v1/trainings/VALUE/curve?after=1",
        "/api/v1/trainings/JOB/samples/VALUE.png", "/api/v1/trainings/JOB/checkpoints/VALUE.zip", "/api/v1/evaluations/VALUE",
        "/api/v1/evaluations/JOB/report.json?cell=VALUE", "/api/v1/evaluations/JOB/report.html?cell=VALUE", "/api/v1/datasets/VALUE",
        "/api/v1/datasets/DATASET/pictures?skip=VALUE", "/api/v1/datasets/DATASET/pictures?take=VALUE",
        "/api/v1/datasets/DATASET/pictures?class=VALUE", "/api/v1/datasets/DATASET/pictures?group=VALUE",
        "/api/v1/datasets/DATASET/pictures?version=VALUE", "/api/v1/datasets/DATASET/pictures?excluded=VALUE",
        "/api/v1/datasets/DATASET/pictures?duplicates=VALUE", "/api/v1/datasets/DATASET/versions/VALUE/pictures/0.webp",
        "/api/v1/datasets/DATASET/versions/1/pictures/VALUE.webp", "/api/v1/datasets/DATASET/versions/1/pictures/0.webp?side=VALUE",
        "/api/v1/datasets/DATASET/versions/1/pictures/0.webp?size=VALUE", "/api/v1/models/VALUE", "/api/v1/models/VALUE/export",
        "/api/v1/models/VALUE/samples.png", "/api/v1/models/mnist/VALUE.png", "/api/v1/pictures/VALUE", "/api/v1/pictures/VALUE.png",
        "/api/v1/uploads/VALUE",
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_with_a_value_that_nobody_means_is_never_the_servers_fault(string method, string path, string body)
    {
        var valid = Named(body);
        // What is wrong in the first place would hide what a value does.
        if (path is "/api/v1/samples" or "/api/v1/trainings" or "/api/v1/evaluations") await server.AcceptsAsync(path, valid);
        var requests = from field in Fields(JsonNode.Parse(valid)!, [])
                       from value in HostileValues.Json
                       select (new HttpMethod(method), Named(path), (string?)With(valid, field, value));
        await CheckAsync(requests);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("/health/ready", Ct));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task An_address_with_a_value_that_nobody_means_is_never_the_servers_fault(string address)
    {
        var requests = from value in HostileValues.Json.Select(v => v.Trim('"')).Distinct()
                       where value.Length < 4000
                       let path = Named(address).Replace("VALUE", Uri.EscapeDataString(value.Length == 0 ? " " : value),
                       StringComparison.Ordinal)
                       select (HttpMethod.Get, path, (string?)null);
        await CheckAsync(requests);
    }

    private async Task CheckAsync(IEnumerable<(HttpMethod, string, string?)> requests)
    {
        var faults = await server.AskAsync(requests);
        Assert.True(faults.Count == 0, $"{faults.Count} answers, such as\n{string.Join('\n', faults.Take(12))}");
    }

    private string Named(string text) => text.Replace("DATASET", server.Dataset, StringComparison.Ordinal)
        .Replace("JOB", server.Job, StringComparison.Ordinal).Replace("PICTURE", server.Picture, StringComparison.Ordinal);

    // Every value within it, whatever its depth, and the whole.
    private static IEnumerable<string[]> Fields(JsonNode node, string[] at)
    {
        yield return at;
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
                foreach (var below in value is null ? [[.. at, name]] : Fields(value, [.. at, name])) yield return below;
        }
        else if (node is JsonArray list && list.Count > 0)
        {
            yield return [.. at, "0"];
        }
    }

    // As text: some of the values are no JSON.
    private static string With(string body, string[] field, string value)
    {
        if (field.Length == 0) return value;
        const string mark = "\uE000";
        var root = JsonNode.Parse(body)!;
        var parent = root;
        foreach (var name in field[..^1]) parent = parent is JsonArray ? parent[0]! : parent[name]!;
        if (parent is JsonArray list) list[0] = mark;
        else parent[field[^1]] = mark;
        return root.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Replace($"\"{mark}\"", value, StringComparison.Ordinal).Replace("\"\\uE000\"", value, StringComparison.Ordinal);
    }
}
