using System.Buffers.Binary;
using System.Text;
using Playground.Core.Checkpoints;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Checkpoints;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    private string Refusal() => Assert.Throws<PlaygroundException>(() => ModelFolder.Load(_model.Folder)).Message;

    private void Rewrite(Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        var tensors = SafetensorsFile.Read(_model.Weights).ToDictionary();
        change(tensors);
        SafetensorsFile.Write(_model.Weights, tensors);
    }

    private void WriteHeader(string json, int dataBytes, ulong? claimed = null)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed ?? (ulong)header.Length);
        header.CopyTo(bytes, 8);
        File.WriteAllBytes(_model.Weights, bytes);
    }

    [Fact]
    public void Missing_extra_and_misshapen_tensors_are_all_listed()
    {
        Rewrite(t =>
        {
            t.Remove("conv_in.bias");
            t["ghost"] = zeros(1);
            t["conv_out.bias"] = zeros(7);
        });
        var message = Refusal();
        Assert.Contains("missing conv_in.bias", message, StringComparison.Ordinal);
        Assert.Contains("extra ghost", message, StringComparison.Ordinal);
        Assert.Contains("conv_out.bias is [7], not [1]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_by_name()
    {
        Rewrite(t => t["conv_out.bias"] = full([1], double.NaN));
        Assert.Contains("'conv_out.bias' holds NaN", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        File.WriteAllBytes(_model.Weights, File.ReadAllBytes(_model.Weights)[..^10]);
        Assert.Contains("the file holds", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "starts at 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "has the shape [-1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "take 4 bytes")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "type 'C64'")]
    [InlineData("""[1, 2]""", 0, "not the JSON")]
    [InlineData("""{"a":7}""", 0, "not the JSON")]
    [InlineData("""{"a":""", 0, "not the JSON")]
    public void A_header_that_lies_is_refused(string json, int dataBytes, string expected)
    {
        WriteHeader(json, dataBytes);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused()
    {
        WriteHeader("{}", 0, claimed: 1 << 20);
        Assert.Contains("claims 1048576 bytes", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("block_out_channels", "[7, 16]", "norm_num_groups (4) divides the 7 channels")]
    [InlineData("down_block_types", "[\"DownBlock2D\", \"MagicBlock\"]", "MagicBlock")]
    [InlineData("sample_size", "7", "multiple of 2")]
    public void A_configuration_that_cannot_be_built_names_its_key(string key, string value, string expected)
    {
        var path = Path.Combine(_model.Folder, "unet", "config.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_says_what_is_wanted()
        => Assert.Contains("does not exist", Assert.Throws<PlaygroundException>(() => ModelFolder.Load("/nowhere/model")).Message, StringComparison.Ordinal);
}
