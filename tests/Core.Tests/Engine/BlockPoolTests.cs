using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Engine;

public sealed unsafe class BlockPoolTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void Every_size_has_the_smallest_kind_that_holds_it_at_most_an_eighth_larger()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i < 200 ? i * 1000L : (long)Math.Pow(2, random.NextDouble() * 42);
            var kind = BlockPool.KindOf(bytes);
            Assert.True(BlockPool.SizeOf(kind) >= bytes, $"{bytes}");
            Assert.True(kind == 0 || BlockPool.SizeOf(kind - 1) < Math.Max(bytes, 1), $"{bytes}");
            Assert.True(BlockPool.SizeOf(kind) <= Math.Max(bytes, 1) * 9 / 8 + BlockPool.Unit, $"{bytes}");
        }
    }

    [Fact]
    public void Blocks_in_use_never_overlap_and_keep_what_is_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pool is Linux's.");
        var pool = new BlockPool(4L << 30);
        var random = new Random(2);
        var held = new List<(nint Block, long Bytes, long Mark)>();
        for (var i = 0L; i < 3000; i++)
        {
            if (held.Count > 20 || (held.Count > 0 && random.Next(2) == 0))
            {
                var at = random.Next(held.Count);
                var (block, bytes, mark) = held[at];
                Assert.Equal((mark, mark), (*(long*)block, *(long*)(block + (nint)bytes - 8)));
                held.RemoveAt(at);
                pool.Return(block);
            }
            else
            {
                var bytes = random.Next(8, 4 * MiB) & ~7L;
                var block = pool.Take(bytes);
                Assert.Equal(0, block % BlockPool.Unit);
                Assert.True(pool.Owns(block) && pool.Owns(block + (nint)bytes - 1));
                (*(long*)block, *(long*)(block + (nint)bytes - 8)) = (i, i);
                held.Add((block, bytes, i));
            }
        }
        foreach (var (block, _, _) in held) pool.Return(block);
        Assert.Equal(0, pool.Bytes.Used);
        pool.Trim();
        Assert.Equal((0, 0), pool.Bytes);
    }

    [Fact]
    public void What_waits_stays_within_an_eighth_of_what_was_in_use()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pool is Linux's.");
        var pool = new BlockPool(8L << 30);
        // Twenty sizes in turn, 200 MB of each: nothing of one serves the next.
        for (var size = 1; size <= 20; size++)
        {
            var blocks = Enumerable.Range(0, 200 / size).Select(_ => pool.Take((long)(size * MiB * 1.13))).ToList();
            var (used, kept) = pool.Bytes;
            Assert.InRange(used + kept, 0, 300L * MiB * 9 / 8 + 64 * MiB);
            blocks.ForEach(pool.Return);
        }
    }

    [Fact]
    public void No_addresses_left_is_said()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pool is Linux's.");
        var pool = new BlockPool(10 * MiB);
        Assert.NotEqual(0, pool.Take(8 * MiB));
        Assert.Equal(0, pool.Take(8 * MiB));
    }

    [Fact]
    public void Tensors_of_many_threads_lie_in_the_pool_and_more_than_the_machine_has_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The pool is Linux's.");
        TorchEngine.Initialize();
        Parallel.For(0, 64, i =>
        {
            using var scope = NewDisposeScope();
            var x = full([1000 + i, 1000], (float)i);
            for (var k = 0; k < 8; k++) x = x + 1;
            Assert.Equal((i + 8f) * (1000 + i) * 1000, x.sum(ScalarType.Float64).item<double>());
        });
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Assert.ThrowsAny<Exception>(() => zeros([most / 2], ScalarType.Float64));
    }
}
