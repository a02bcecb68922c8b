using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

public sealed class ParallelWorkTests
{
    [Fact]
    public void The_first_fault_by_number_is_thrown_as_it_was_every_time()
    {
        for (var round = 0; round < 200; round++)
        {
            var fault = Assert.Throws<PlaygroundException>(() => ParallelWork.For(64, i =>
            {
                if (i is 9 or 30 or 63) throw new PlaygroundException($"item {i}");
            }));
            Assert.Equal("item 9", fault.Message);
        }
    }

    [Fact]
    public void Every_item_is_done_once_and_a_stop_is_told_as_one()
    {
        var done = new int[500];
        ParallelWork.For(done.Length, i => Interlocked.Increment(ref done[i]));
        Assert.All(done, n => Assert.Equal(1, n));
        Assert.Throws<OperationCanceledException>(() => ParallelWork.For(5, _ => { }, new CancellationToken(canceled: true)));
    }
}
