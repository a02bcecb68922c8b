using System.Text;
using Playground.Core.Data;

namespace Playground.Core.Tests.Data;

/// <summary>Files that numpy 1.24 wrote: arange(24).reshape(2, 3, 4)·1.5 − 7 in several types and orders.</summary>
public sealed class NpyFileTests
{
    private static readonly double[] s_values = [.. Enumerable.Range(0, 24).Select(i => i * 1.5 - 7)];

    private static string At(string name) => Path.Combine(Repository.Root, "tests/Core.Tests/Recordings/npy", name);

    [Theory]
    [InlineData("f4.npy", "f4")]
    [InlineData("f8-big-fortran.npy", "f8")]
    [InlineData("f2-v3.npy", "f2")]
    public void Every_version_byte_order_and_memory_order_reads_as_the_same_numbers(string file, string type)
    {
        var array = NpyFile.Read(At(file));
        Assert.Equal(type, array.Type);
        Assert.Equal([2, 3, 4], array.Shape);
        Assert.Equal(s_values, array.ToDoubles());
        Assert.Equal(s_values.Select(v => (float)v), array.ToSingles());
    }

    [Fact]
    public void Whole_numbers_single_numbers_and_no_numbers_are_read()
    {
        Assert.Equal(s_values.Select(v => (long)v), NpyFile.Read(At("i8-v2.npy")).ToIntegers());
        Assert.Equal(s_values.Select(v => (long)(byte)(v + 8)), NpyFile.Read(At("u1.npy")).ToIntegers());
        Assert.Equal([42.5], NpyFile.Read(At("scalar.npy")).ToDoubles());
        Assert.Empty(NpyFile.Read(At("empty.npy")).ToDoubles());
        Assert.Throws<PlaygroundException>(() => NpyFile.Read(At("f4.npy")).ToIntegers());
    }

    [Fact]
    public void What_is_written_is_what_numpy_writes()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, NpyArray.Of([.. s_values.Select(v => (float)v)], 2, 3, 4));
        Assert.Equal(File.ReadAllBytes(At("f4.npy")), stream.ToArray());
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "only plain numbers")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "only plain numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "only plain numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", "does not fit its data")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999), }", "its shape is")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "does not fit its data")]
    public void A_hostile_header_is_refused_before_room_is_made(string header, string expected)
    {
        var path = Path.GetTempFileName();
        try
        {
            byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0];
            File.WriteAllBytes(path, bytes);
            Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => NpyFile.Read(path, maxBytes: 8)).Message,
                StringComparison.Ordinal);
            File.WriteAllBytes(path, bytes[..20]);
            Assert.Contains("cut off", Assert.Throws<PlaygroundException>(() => NpyFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
