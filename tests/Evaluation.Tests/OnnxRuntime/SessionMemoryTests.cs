using Microsoft.ML.OnnxRuntime;

namespace Playground.Evaluation.Tests.OnnxRuntime;

/// <summary>Alone, since the memory of the whole process is measured.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class SessionMemoryTests
{
    [Fact]
    public void Ten_thousand_runs_sessions_and_failures_leave_no_memory_behind()
    {
        using var warm = InferenceSessionTests.Session(InferenceSessionTests.Product());
        for (var i = 0; i < 500; i++) Once(warm);
        var before = ResidentMegabytes();
        for (var i = 0; i < 10_000; i++) Once(warm);
        for (var i = 0; i < 100; i++)
        {
            using var session = InferenceSessionTests.Session(InferenceSessionTests.Product());
            Once(session);
        }
        Assert.InRange(ResidentMegabytes() - before, -1000, 30);

        static void Once(InferenceSession session)
        {
            // 10,000 × 80 KB would be 800 MB.
            using var input = OrtValue.CreateTensorValueFromMemory(new float[20_000], [10_000, 2]);
            using var run = new RunOptions();
            using var outputs = session.Run(run, ["x"], [input], ["y"]);
            Assert.Throws<OnnxRuntimeException>(() => session.Run(run, ["z"], [input], ["y"]));
        }

        static double ResidentMegabytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.WorkingSet64 / 1e6;
        }
    }
}
