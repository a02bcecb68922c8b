using System.Reflection;
using NetArchTest.Rules;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Evaluation.Metrics;

namespace Playground.Server.Tests.Architecture;

/// <summary>Arrows run down: a folder uses those below it, as docs/architecture.md shows them, and none above or beside it.</summary>
public sealed class ArrowTests
{
    // What each folder may use of its own project.
    private static readonly Dictionary<string, string[]> s_server = new()
    {
        ["Hosting"] = [],
        ["Storage"] = ["Hosting"],
        ["Uploads"] = ["Storage", "Hosting"],
        ["Jobs"] = ["Storage", "Hosting"],
        ["Accounts"] = ["Jobs", "Uploads", "Storage", "Hosting"],
        ["Datasets"] = ["Jobs", "Uploads", "Storage", "Hosting"],
        ["Models"] = ["Datasets", "Jobs", "Uploads", "Storage", "Hosting"],
        ["Loras"] = ["Models", "Jobs", "Uploads", "Storage", "Hosting"],
        ["Sampling"] = ["Loras", "Models", "Jobs", "Uploads", "Storage", "Hosting"],
        ["Trainings"] = ["Sampling", "Loras", "Models", "Datasets", "Jobs", "Uploads", "Storage", "Hosting"],
        ["Evaluations"] = ["Sampling", "Loras", "Models", "Datasets", "Jobs", "Uploads", "Storage", "Hosting"],
        ["Gallery"] = ["Sampling", "Models", "Jobs", "Storage", "Hosting"],
        ["Shares"] = ["Gallery", "Evaluations", "Sampling", "Jobs", "Storage", "Hosting"],
    };

    private static readonly Dictionary<string, string[]> s_core = new()
    {
        ["Engine"] = [],
        ["Files"] = [],
        ["Imaging"] = ["Files"],
        ["Text"] = [],
        ["Models"] = ["Engine"],
        ["Schedules"] = [],
        ["Samplers"] = ["Schedules"],
        ["Checkpoints"] = ["Text", "Models", "Samplers", "Schedules", "Engine", "Files"],
        ["Data"] = ["Checkpoints", "Imaging", "Files"],
        ["Generation"] = ["Checkpoints", "Text", "Models", "Samplers", "Schedules", "Imaging", "Engine"],
        ["Pipelines"] = ["Generation", "Checkpoints", "Text", "Models", "Samplers", "Schedules", "Imaging", "Engine"],
        ["Training"] = ["Pipelines", "Generation", "Data", "Checkpoints", "Text", "Models", "Samplers", "Schedules", "Imaging", "Engine"],
    };

    private static readonly Dictionary<string, string[]> s_evaluation = new()
    {
        ["Features"] = [],
        ["Statistics"] = ["Features"],
        ["Metrics"] = ["Statistics", "Features"],
        ["Clip"] = ["Metrics", "Statistics", "Features"],
        ["Reports"] = ["Clip", "Metrics", "Statistics", "Features"],
    };

    public static TheoryData<string> Folders => [.. s_server.Keys.Select(k => $"Server.{k}"), .. s_core.Keys.Select(k => $"Core.{k}"),
        .. s_evaluation.Keys.Select(k => $"Evaluation.{k}")];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_below_it(string folder)
    {
        var (project, name) = (folder.Split('.')[0], folder.Split('.')[1]);
        var (assembly, rules) = project switch
        {
            "Server" => (typeof(Program).Assembly, s_server),
            "Core" => (typeof(PlaygroundException).Assembly, s_core),
            _ => (typeof(MetricScore).Assembly, s_evaluation),
        };
        var root = $"Playground.{project}";
        var forbidden = rules.Keys.Except([name, .. rules[name]]).Select(f => $"{root}.{f}").ToArray();
        var users = Types.InAssembly(assembly).That().ResideInNamespace($"{root}.{name}").And().HaveDependencyOnAny(forbidden).GetTypes();
        var found = users.Select(t => t.FullName).ToList();
        Assert.True(found.Count == 0, $"{folder} may use {string.Join(", ", rules[name])} only; look at {string.Join(", ", found)}.");
    }

    [Theory]
    [InlineData("Server")]
    [InlineData("Core")]
    [InlineData("Evaluation")]
    public void Every_folder_has_its_place(string project)
    {
        var (assembly, rules) = project switch
        {
            "Server" => (typeof(Program).Assembly, s_server),
            "Core" => (typeof(PlaygroundException).Assembly, s_core),
            _ => (typeof(MetricScore).Assembly, s_evaluation),
        };
        var root = $"Playground.{project}.";
        var folders = assembly.GetTypes().Select(t => t.Namespace ?? "").Where(n => n.StartsWith(root, StringComparison.Ordinal))
            .Select(n => n[root.Length..].Split('.')[0]).Distinct();
        Assert.Equal(rules.Keys.Order(), folders.Order());
    }

    [Fact]
    public void The_pages_know_neither_the_library_nor_the_database_and_the_library_knows_no_web()
    {
        Assert.Empty(Named(typeof(IJobs).Assembly, "Playground.Core", "Playground.Evaluation", "Playground.Server",
            "Microsoft.EntityFrameworkCore",
            "TorchSharp"));
        Assert.Empty(Named(typeof(PlaygroundException).Assembly, "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore",
            "Microsoft.ML.OnnxRuntime"));
        Assert.Empty(Named(typeof(MetricScore).Assembly, "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore"));
    }

    private static IEnumerable<string> Named(Assembly assembly, params string[] prefixes) => assembly.GetReferencedAssemblies()
        .Select(a => a.Name!).Where(a => prefixes.Any(p => a == p || a.StartsWith($"{p}.", StringComparison.Ordinal)));
}
