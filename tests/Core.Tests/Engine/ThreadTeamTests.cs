using Playground.Core.Engine;

namespace Playground.Core.Tests.Engine;

public sealed unsafe class ThreadTeamTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(100_003, 1000)]
    public void Every_index_is_done_once(int count, int grain)
    {
        TorchEngine.Initialize();
        var seen = new int[count + 1];
        fixed (int* at = seen)
        {
            var work = new Count { Seen = at };
            ThreadTeam.For(ref work, count, grain);
        }
        Assert.All(seen[..count], n => Assert.Equal(1, n));
        Assert.Equal(0, seen[count]);
    }

    [Fact]
    public void A_failure_on_any_thread_reaches_the_caller()
    {
        TorchEngine.Initialize();
        var work = new Failing();
        Assert.ThrowsAny<Exception>(() => ThreadTeam.For(ref work, 1000, 1));
    }

    private struct Count : ThreadTeam.IRange
    {
        public int* Seen;

        public readonly void Run(int from, int to)
        {
            for (var i = from; i < to; i++) Interlocked.Increment(ref Seen[i]);
        }
    }

    private struct Failing : ThreadTeam.IRange
    {
        public readonly void Run(int from, int to) => throw new InvalidOperationException($"at {from}");
    }
}
