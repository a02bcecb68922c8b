using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Playground.Server.Tests;

/// <summary>Zip archives of models, sound ones and such as no program would write.</summary>
internal static class ModelZip
{
    /// <summary>The files of a folder, by their paths in it behind <paramref name="prefix"/>.</summary>
    public static Dictionary<string, byte[]> FilesOf(string folder, string prefix = "")
        => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => prefix + Path.GetRelativePath(folder, f), File.ReadAllBytes);

    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> files, Action<ZipArchiveEntry>? mark = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name);
                mark?.Invoke(entry);
                using var stream = entry.Open();
                stream.Write(content);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Writes <paramref name="value"/> into the directory's record of an entry.</summary>
    public static byte[] Patch(byte[] zip, string entry, int at, uint value, bool isShort = false)
    {
        var record = zip.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(entry)) - 46;
        if (isShort) BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(record + at), (ushort)value);
        else BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(record + at), value);
        return zip;
    }

    /// <summary>Every entry's file, unpacked.</summary>
    public static Dictionary<string, byte[]> Unpack(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var content = new MemoryStream();
            using var stream = e.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }
}
