using System.Buffers.Binary;
using System.Text;

namespace Playground.Core.Files;

/// <summary>
/// What a file is that people give where something else is wanted, told by its first bytes, and how to get what is wanted.
/// </summary>
/// <param name="What">Such as "a Git LFS pointer, not the file itself": for a sentence that begins with the file's name and "is".</param>
/// <param name="Remedy">An imperative clause without its full stop.</param>
public sealed record FileNature(string What, string Remedy)
{
    /// <summary>Whether nothing of that kind is ever read, under any name and in any archive: a pickle, a table, a page.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Bytes that suffice.</summary>
    public const int HeadSize = 512;

    private const int TarMarkAt = 257;
    private const string Unpack = "unpack it, then pack the files as zip";

    private static readonly FileNature s_pointer = new("a Git LFS pointer, not the file itself",
        "run 'git lfs pull' in the clone, or download the file from its page");
    private static readonly FileNature s_page = new("an HTML page, such as a sign-in or error page that was saved under the file's name",
        "download the file again, signed in where its page asks for it");
    private static readonly FileNature s_answer = new("the error message of a server in JSON, saved under the file's name",
        "download the file again, signed in where its page asks for it");
    private static readonly FileNature s_checkpoint = new(
        "a checkpoint of PyTorch, which is pickled: reading it would run whatever code is in it",
        "convert it to safetensors where you trust it, with diffusers' save_pretrained(…, safe_serialization=True)");
    private static readonly FileNature s_pickle = new("pickled: reading it would run whatever code is in it, so it is not read",
        "save its contents in another form where you trust it: images as PNG files, weights as safetensors");
    private static readonly FileNature s_cifar = new("a part of CIFAR's Python version, which is pickled",
        "take the binary version, cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, from the same page");
    private static readonly FileNature s_arrays = new("a set of NumPy arrays (.npz), as MedMNIST and guided-diffusion's samples come",
        "save the images as PNG files, one folder for each class, and give that folder or a zip of it");
    private static readonly FileNature s_array = new("a NumPy array (.npy)",
        "save its images as PNG files, and give their folder or a zip of it");

    private static readonly (byte[] Mark, FileNature Nature)[] s_marks =
    [
        ([.. "version https://git-lfs."u8], s_pointer),
        ([.. "PAR1"u8], new("a Parquet table, as Hugging Face's data sets come",
            "save its images as files: in Python, datasets.load_dataset(…), then image.save(…) for each, in one folder for each class")),
        ([.. "ARROW1"u8], new("an Arrow table", "save its images as PNG files, in one folder for each class")),
        ([0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n'], new("an HDF5 file", "save its images as PNG files, or its weights as safetensors")),
        ([.. "MATLAB 5.0"u8], new("a MATLAB file", "save its images as PNG files, in one folder for each class")),
        ([.. "SQLite format 3"u8], new("an SQLite database", "save its images as PNG files")),
        ([.. "GGUF"u8], new("weights in GGUF, the form of llama.cpp", "take the safetensors of the same model")),
        ([0x93, .. "NUMPY"u8], s_array),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], new("a 7z archive", Unpack)),
        ([.. "Rar!"u8], new("a RAR archive", Unpack)),
        ([.. "BZh"u8], new("compressed by bzip2", Unpack)),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], new("compressed by xz", Unpack)),
        ([0x28, 0xB5, 0x2F, 0xFD], new("compressed by Zstandard", Unpack)),
        ([0x04, 0x22, 0x4D, 0x18], new("compressed by LZ4", Unpack)),
        ([0x1F, 0x8B], new("compressed by gzip, such as a tar.gz", Unpack)),
        ([.. "%PDF"u8], new("a PDF document", "export its images as PNG files")),
        ([0x7F, .. "ELF"u8], new("a program", "give the file that was meant")),
    ];

    /// <summary>What the file is; null where nothing of that kind was recognized, or it is what its name says.</summary>
    /// <param name="head">Its first <see cref="HeadSize"/> bytes, or all of a shorter one.</param>
    /// <param name="name">Its path or name.</param>
    public static FileNature? Of(ReadOnlySpan<byte> head, string name)
    {
        foreach (var (mark, nature) in s_marks)
            if (head.StartsWith(mark)) return nature with { IsForeign = nature.Remedy != Unpack };
        // A pickle of protocol 2 to 5 begins with its number; protocols 0 and 1 look like text.
        if (head.Length > 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5) return Foreign(IsCifar(name) ? s_cifar : s_pickle);
        if (head.StartsWith("PK\x03\x04"u8))
        {
            var first = FirstEntry(head);
            return first.EndsWith("/data.pkl", StringComparison.Ordinal) ? Foreign(s_checkpoint)
                : first.EndsWith(".npy", StringComparison.Ordinal) ? Foreign(s_arrays)
                : new FileNature("a zip archive", "unpack it first");
        }
        if (IsTar(head)) return new FileNature("a tar archive", Unpack);
        var text = Encoding.UTF8.GetString(head).TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        if (Starts(text, "<!doctype html", "<html", "<head")) return Foreign(s_page);
        return Starts(text, "{\"error", "{\"message", "{\"detail", "Entry not found", "Access to model", "Invalid username")
            ? Foreign(s_answer)
            : null;
    }

    /// <summary>Whether the file is a tar archive, which has its mark at the end of its first header.</summary>
    /// <param name="head">As for <see cref="Of(ReadOnlySpan{byte}, string)"/>.</param>
    public static bool IsTar(ReadOnlySpan<byte> head) => head.Length > TarMarkAt + 5 && head[TarMarkAt..].StartsWith("ustar"u8);

    private static FileNature Foreign(FileNature nature) => nature with { IsForeign = true };

    /// <summary>What the file at <paramref name="path"/> is; null also where it cannot be opened.</summary>
    public static FileNature? Of(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[HeadSize];
            return Of(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)], path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>"'NAME' is WHAT: REMEDY."</summary>
    public string Sentence(string name) => $"'{name}' is {What}: {Remedy}.";

    private static bool Starts(string text, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool IsCifar(string name)
        => Path.GetFileName(name) is var file && (file.StartsWith("data_batch", StringComparison.Ordinal)
            || file is "test_batch" or "batches.meta" or "train" or "test" or "meta");

    private static string FirstEntry(ReadOnlySpan<byte> head)
    {
        const int NameAt = 30;
        if (head.Length < NameAt) return "";
        var length = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(head[26..]), head.Length - NameAt);
        return Encoding.UTF8.GetString(head.Slice(NameAt, length));
    }
}
