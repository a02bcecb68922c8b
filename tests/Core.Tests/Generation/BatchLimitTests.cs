using Playground.Core.Generation;

namespace Playground.Core.Tests.Generation;

public sealed class BatchLimitTests
{
    // A row costs `seconds(rows)`, and ten times that in the first pass of a size.
    private static int Settle(int most, Func<int, double> seconds)
    {
        var (limit, seen) = (new BatchLimit(most), new HashSet<int>());
        for (var pass = 0; pass < 200; pass++) limit.Record(limit.Rows, limit.Rows * seconds(limit.Rows) * (seen.Add(limit.Rows) ? 10 : 1));
        return limit.Rows;
    }

    [Fact]
    public void It_grows_to_what_the_memory_allows_while_a_row_gets_cheaper()
        => Assert.Equal(128, Settle(200, rows => 1 + 8.0 / rows));

    [Fact]
    public void It_stays_where_a_larger_batch_is_slower()
        => Assert.Equal(16, Settle(256, rows => rows > 16 ? 2 : 1));

    [Fact]
    public void It_settles_where_a_row_costs_least()
        => Assert.Equal(32, Settle(256, rows => Math.Abs(rows - 32) / 100.0 + 1));

    [Fact]
    public void Larger_images_go_fewer_at_once_and_one_in_any_case()
    {
        var limit = BatchLimit.Fixed(TinyModel.Config, 16);
        var pixels = (long)TinyModel.Config.SampleSize * TinyModel.Config.SampleSize;
        Assert.Equal([16, 16, 8, 1, 1], new[] { pixels / 4, pixels, 2 * pixels, 16 * pixels, 4096 * pixels }.Select(limit.RowsOf));
    }

    [Fact]
    public void Passes_that_are_not_full_change_nothing()
    {
        var limit = new BatchLimit(256);
        for (var pass = 0; pass < 50; pass++) limit.Record(5, 0.001);
        Assert.Equal(16, limit.Rows);
    }
}
