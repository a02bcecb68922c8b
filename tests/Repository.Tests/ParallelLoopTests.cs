using Playground.Core.Tests;

namespace Playground.RepositoryTests;

public sealed class ParallelLoopTests
{
    [Fact]
    public void Parallel_loops_go_through_ParallelWork_which_lets_no_AggregateException_out()
    {
        string[] found = [.. SourceFiles.List().Where(f => f.EndsWith(".cs", StringComparison.Ordinal)
                && !f.StartsWith("tests/", StringComparison.Ordinal) && !f.StartsWith("bench/", StringComparison.Ordinal)
                && Path.GetFileName(f) != "ParallelWork.cs")
            .Where(f => File.ReadAllText(Path.Combine(Repository.Root, f)) is var text
                && (text.Contains("Parallel.For", StringComparison.Ordinal) || text.Contains(".AsParallel(", StringComparison.Ordinal)))];
        Assert.Empty(found);
    }
}
