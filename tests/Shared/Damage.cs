using System.Text;

namespace Playground.Core.Tests;

/// <summary>Ways in which a file can be not what it should be, each told by its name, and the same at every run.</summary>
internal static class Damage
{
    private const int Cuts = 8, Flips = 24;

    /// <summary>The names of all ways.</summary>
    public static IReadOnlyList<string> Ways { get; } =
    [
        "empty", "one byte", .. Enumerable.Range(1, Cuts - 1).Select(i => $"cut at {i}/{Cuts}"), "without its last byte",
        .. Enumerable.Range(0, Flips).Select(i => $"byte {i} of {Flips} flipped"), .. Enumerable.Range(0, 8).Select(i => $"head bit {i}"),
        "bytes in front", "bytes behind", "twice", "zeros", "ones", "noise", "text", "a page", "a pointer", "an object", "a list", "null",
        "deep", "a folder", "a dangling link",
    ];

    /// <summary>Damages the file at <paramref name="path"/>.</summary>
    public static void Do(string path, string way)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        if (way == "a folder") Directory.CreateDirectory(path);
        else if (way == "a dangling link") File.CreateSymbolicLink(path, path + ".nowhere");
        else File.WriteAllBytes(path, Of(bytes, way));
    }

    /// <summary>The bytes that <paramref name="way"/> makes of a file's.</summary>
    public static byte[] Of(byte[] bytes, string way)
    {
        var random = new Random(Encoding.UTF8.GetBytes(way).Aggregate(bytes.Length, (a, b) => unchecked(a * 31 + b)));
        var noise = new byte[Math.Max(bytes.Length, 300)];
        random.NextBytes(noise);
        if (way.StartsWith("cut at ", StringComparison.Ordinal)) return bytes[..(bytes.Length * (way[7] - '0') / Cuts)];
        if (way.StartsWith("byte ", StringComparison.Ordinal)) return Flipped(random.Next(bytes.Length), 1 << random.Next(8));
        if (way.StartsWith("head ", StringComparison.Ordinal))
            return Flipped(random.Next(Math.Min(bytes.Length, 64)), 1 << (way[^1] - '0'));
        return way switch
        {
            "empty" => [],
            "one byte" => bytes[..1],
            "without its last byte" => bytes[..^1],
            "bytes in front" => [.. noise[..100], .. bytes],
            "bytes behind" => [.. bytes, .. noise[..100]],
            "twice" => [.. bytes, .. bytes],
            "zeros" => new byte[bytes.Length],
            "ones" => [.. Enumerable.Repeat(byte.MaxValue, bytes.Length)],
            "noise" => noise,
            "text" => "Some words, and no more.\n"u8.ToArray(),
            "a page" => "<!DOCTYPE html><html><body>Sign in</body></html>"u8.ToArray(),
            "a pointer" => "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12345\n"u8.ToArray(),
            "an object" => "{\"error\": \"Repository not found\"}"u8.ToArray(),
            "a list" => "[1, 2, 3]"u8.ToArray(),
            "null" => "null"u8.ToArray(),
            "deep" => [.. Enumerable.Repeat((byte)'[', 5000)],
            _ => throw new ArgumentException(way, nameof(way)),
        };

        byte[] Flipped(int at, int bit)
        {
            byte[] flipped = [.. bytes];
            if (flipped.Length > 0) flipped[at] ^= (byte)bit;
            return flipped;
        }
    }
}
