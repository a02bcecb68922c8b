using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Playground.Evaluation.Features.Torch;

namespace Playground.Evaluation.Tests.Features;

public sealed class TorchFileTests : IDisposable
{
    private static readonly byte[] s_stop = [(byte)'.'];
    private readonly string _folder = Directory.CreateTempSubdirectory("torch-").FullName;

    [Theory]
    [InlineData("small-zip.pth")]
    [InlineData("small-legacy.pth")]
    public void Tensors_are_read_from_both_forms_whatever_their_type_and_strides(string file)
    {
        var tensors = TorchFile.Read(Path.Combine(AppContext.BaseDirectory, "Recordings", file));
        float[] matrix = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        Is("matrix", [3, 4], matrix);
        Is("transposed", [4, 3], [.. Enumerable.Range(0, 12).Select(i => matrix[i % 3 * 4 + i / 3])]);
        Is("row", [4], [4, 5, 6, 7]);
        Is("half", [2], [.5f, -2]);
        Is("double", [1], [(float)(1 / 3.0)]);
        Is("count", [], [7]);
        Is("parameter", [1, 1], [1.5f]);
        Is("empty", [0, 3], []);
        Assert.Equal(8, tensors.Count);

        void Is(string name, long[] shape, float[] values)
        {
            Assert.Equal(shape, tensors[name].Shape);
            Assert.Equal(values, tensors[name].Values);
        }
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    public void A_pickle_that_asks_for_a_function_is_refused_by_its_name_in_both_forms_and_both_spellings(string module, string name)
    {
        var canary = Path.Combine(_folder, "run");
        var argument = Encoding.UTF8.GetBytes($"touch {canary}");
        byte[] call = [(byte)'X', .. BitConverter.GetBytes(argument.Length), .. argument, 0x85, (byte)'R', .. s_stop];
        byte[] asGlobal = [0x80, 2, (byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n"), .. call];
        byte[] asStackGlobal = [0x80, 4, 0x8c, (byte)module.Length, .. Encoding.ASCII.GetBytes(module), 0x94, 0x8c, (byte)name.Length,
            .. Encoding.ASCII.GetBytes(name), 0x94, 0x93, .. call];
        foreach (var pickle in new[] { asGlobal, asStackGlobal })
        {
            foreach (var file in new[] { Zip(("a/data.pkl", pickle)), Write(pickle), Write([.. Legacy(pickle)]) })
                Assert.Equal($"it asks for {module}.{name}, and weights are made of tensors alone; nothing of it was run", Refused(file));
        }
        Assert.False(File.Exists(canary));
    }

    [Fact]
    public void What_is_no_dictionary_of_tensors_is_refused_with_the_reason()
    {
        byte[] text = [(byte)'X', 1, 0, 0, 0, (byte)'w'];
        Assert.Equal("it does not hold a dictionary of tensors: save model.state_dict()",
            Refused(Zip(("a/data.pkl", [.. text, .. s_stop]))));
        Assert.Equal("its entry 'w' is not a tensor: save model.state_dict()",
            Refused(Zip(("a/data.pkl", [(byte)'}', .. text, (byte)'N', (byte)'s', .. s_stop]))));
        Assert.Equal("it is a zip archive without data.pkl, not one of PyTorch", Refused(Zip(("a/data", []))));
        Assert.Equal("it uses the pickle opcode 0x69, which tensors do not need; nothing of it was run",
            Refused(Write([(byte)'i', .. s_stop])));
        Assert.Equal("it is cut off", Refused(Write([])));
        Assert.Equal("it was not written by torch.save", Refused(Write([(byte)'N', .. s_stop])));
    }

    [Theory]
    [InlineData(3, 4, 0, "it holds a tensor of shape [3] that reaches past its storage of 2 elements")]
    [InlineData(1, 4, -1, "it holds a tensor of shape [1] that reaches past its storage of 2 elements")]
    [InlineData(1 << 28, 0, 0, "its tensors have 1,073,741,832 bytes; the limit is 1,073,741,824")]
    public void Tensors_that_reach_beyond_their_storage_or_the_limits_are_refused(int size, int stride, int offset, string expected)
    {
        var pickle = Dictionary(Tensor("w", "0", 2, offset, size, stride), Tensor("v", "0", 2, 0, 2, 1));
        Assert.Equal(expected, Refused(Zip(("a/data.pkl", pickle), ("a/data/0", new byte[8]))));
    }

    [Fact]
    public void A_storage_that_is_missing_short_or_compressed_is_refused()
    {
        var pickle = Dictionary(Tensor("w", "0", 250_000, 0, 1, 1));
        Assert.Equal("it lacks its storage '0'", Refused(Zip(("a/data.pkl", pickle))));
        Assert.Equal("its storage '0' is not of the size that its tensors say",
            Refused(Zip(("a/data.pkl", pickle), ("a/data/0", new byte[10]))));
        Assert.Equal("its storage '0' is not of the size that its tensors say",
            Refused(Zip(CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", new byte[1_000_000]))));
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_of_a_file_is_read_or_refused_and_never_worse()
    {
        foreach (var name in new[] { "small-zip.pth", "small-legacy.pth" })
        {
            var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recordings", name));
            for (var i = 0; i < bytes.Length; i += 3)
            {
                Try(bytes[..i]);
                foreach (var flip in new byte[] { 1, 0x80, 0xff })
                {
                    var changed = bytes.ToArray();
                    changed[i] ^= flip;
                    Try(changed);
                }
            }
        }

        void Try(byte[] bytes)
        {
            try
            {
                TorchFile.Read(Write(bytes));
            }
            catch (WeightsException)
            {
                // Refused, which is all that is asked.
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Refused(string file) => Assert.Throws<WeightsException>(() => TorchFile.Read(file)).Message;

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "file.pth");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Zip(params (string Name, byte[] Bytes)[] entries) => Zip(CompressionLevel.NoCompression, entries);

    private string Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return Write(stream.ToArray());
    }

    // The magic number, the version and the machine come before the object.
    private static byte[] Legacy(byte[] pickle)
        => [0x80, 2, 0x8a, 10, .. Convert.FromHexString("6cfc9c46f9206aa85019"), .. s_stop, 0x80, 2, (byte)'M', 0xe9, 3, .. s_stop, 0x80, 2,
            (byte)'}', .. s_stop, .. pickle];

    private static byte[] Dictionary(params byte[][] items) => [0x80, 2, (byte)'}', .. items.SelectMany(i => i), .. s_stop];

    private static byte[] Tensor(string name, string key, int count, int offset, int size, int stride) =>
    [
        .. Text(name), .. "ctorch._utils\n_rebuild_tensor_v2\n("u8, .. "("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8,
        .. Text(key), .. Text("cpu"), .. Integer(count), .. "tQ"u8,
        .. Integer(offset), .. Integer(size), 0x85, .. Integer(stride), 0x85, 0x89, (byte)'}', .. "tRs"u8,
    ];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Integer(int value)
    {
        var bytes = new byte[5];
        bytes[0] = (byte)'J';
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }
}
