using System.IO.Compression;
using System.Text;

namespace Playground.Core.Engine;

/// <summary>
/// TorchScript's saved form of a module without weights: the only way in which a script reaches operators beyond <c>aten</c>, such as
/// oneDNN's.
/// </summary>
internal static class ScriptArchive
{
    /// <summary>The name that the module's class must have in the code.</summary>
    public const string ClassName = "__torch__.Operators";

    // The pickled module: an object of the class whose only attribute is training = False.
    private static readonly byte[] s_module = [0x80, 2, .. "c__torch__\nOperators\n)"u8, 0x81, .. "}(X\x8\0\0\0training"u8, 0x89,
        .. "ub."u8];
    private static readonly byte[] s_noConstants = [0x80, 2, (byte)')', (byte)'.'];

    /// <summary>Packs a module's methods for <c>torch.jit.load</c>.</summary>
    /// <param name="methods">Method definitions in TorchScript, each of whose first parameter is <c>self: __torch__.Operators</c>.</param>
    public static byte[] Of(string methods)
    {
        var code = $"""
            class Operators(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            {methods}

            """;
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create))
        {
            Add(zip, "data.pkl", s_module);
            Add(zip, "code/__torch__.py", Encoding.UTF8.GetBytes(code));
            Add(zip, "constants.pkl", s_noConstants);
            Add(zip, "version", "3\n"u8);
        }
        return archive.ToArray();
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        using var entry = zip.CreateEntry($"operators/{name}", CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
