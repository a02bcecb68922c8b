using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core.Checkpoints;
using Playground.Core.Pipelines;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Checkpoints;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    private string Refusal() => Assert.Throws<PlaygroundException>(() => ModelFolder.Load(_model.Folder)).Message;

    private string Config => Path.Combine(_model.Folder, "unet", "config.json");

    private static void Change(string path, string key, string value)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
    }

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
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6,
        "starts at 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12,
        "starts at 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8, "take 16 bytes, and the file holds 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "its offsets are [4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "has the shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e30]}}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
        "two tensors have one name")]
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

    [Fact]
    public void Nothing_is_loaded_where_one_tensor_of_many_is_bad()
    {
        Rewrite(t => t["up_blocks.1.resnets.1.conv2.weight"] = full(t["up_blocks.1.resnets.1.conv2.weight"].shape,
            double.PositiveInfinity));
        using var scope = NewDisposeScope();
        _ = Refusal();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void A_file_of_a_few_bytes_is_refused()
    {
        File.WriteAllBytes(_model.Weights, [1, 2, 3]);
        Assert.Contains("it has 3 bytes", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.bin")]
    [InlineData("model.ckpt")]
    public void Pickled_weights_are_refused_unread(string name)
    {
        File.Move(_model.Weights, Path.Combine(_model.Folder, "unet", name));
        var message = Refusal();
        Assert.Contains($"'{name}' is pickled", message, StringComparison.Ordinal);
        Assert.Contains("safe_serialization", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_in_pieces_are_refused()
    {
        File.Move(_model.Weights, _model.Weights + ".index.json");
        Assert.Contains("split into several files", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_names_the_file_that_is_wanted()
    {
        File.Delete(_model.Weights);
        Assert.Contains("'diffusion_pytorch_model.safetensors' is missing", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_weights_load_by_their_published_name()
    {
        Rewrite(t =>
        {
            foreach (var (name, value) in t.ToList()) t[name] = value.to(ScalarType.Float16);
        });
        File.Move(_model.Weights, Path.ChangeExtension(_model.Weights, ".fp16.safetensors"));
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(_model.Folder);
        Assert.All(model.Network.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
    }

    [Fact]
    public void A_tensor_under_its_old_and_its_new_name_is_refused()
    {
        Rewrite(t => t["mid_block.attentions.0.query.bias"] = zeros(16));
        Assert.Contains("holds 'mid_block.attentions.0.to_q.bias' twice", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ScoreSdeVeScheduler", "_class_name = ScoreSdeVeScheduler; it must be one of DDPMScheduler")]
    [InlineData(null, "_class_name = null")]
    public void A_scheduler_that_is_not_known_is_refused_by_name(string? name, string expected)
    {
        Change(Path.Combine(_model.Folder, "scheduler", "scheduler_config.json"), "_class_name", name is null ? "null" : $"\"{name}\"");
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<PlaygroundException>(() => ModelCatalog.Describe(_model.Folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_table_shorter_than_the_schedule_is_refused()
    {
        Change(Config, "time_embedding_type", "\"learned\"");
        Change(Config, "num_train_timesteps", "999");
        Assert.Contains("num_train_timesteps = 999; it must be at least the scheduler's 1000", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_class_name", "\"UNet2DConditionModel\"", "it must be UNet2DModel")]
    [InlineData("block_out_channels", "[7, 16]", "norm_num_groups (4) divides the 7 channels")]
    [InlineData("block_out_channels", "null", "1 to 8 entries")]
    [InlineData("down_block_types", "[\"DownBlock2D\", \"MagicBlock\"]", "MagicBlock")]
    [InlineData("down_block_types", "[\"DownBlock2D\", \"CrossAttnDownBlock2D\"]", "CrossAttnDownBlock2D; it must be one of DownBlock2D")]
    [InlineData("down_block_types", "[\"KDownBlock2D\", \"DownBlock2D\"]", "KDownBlock2D; it must be no K block beside AttnUpBlock2D")]
    [InlineData("down_block_types", "[\"SkipDownBlock2D\", \"DownBlock2D\"]", "in_channels = 1; it must be 3 with SkipDownBlock2D")]
    [InlineData("up_block_types", "[\"SkipUpBlock2D\", \"UpBlock2D\"]", "UpBlock2D; it must be a skip block behind SkipUpBlock2D")]
    [InlineData("up_block_types", "[\"UpDecoderBlock2D\", \"UpBlock2D\"]", "UpDecoderBlock2D; it must be one of UpBlock2D")]
    [InlineData("up_block_types", "[\"UpBlock2D\"]", "2 entries, as many as block_out_channels")]
    [InlineData("sample_size", "7", "multiple of 2")]
    [InlineData("sample_size", "[8, 16]", "pictures are square")]
    [InlineData("sample_size", "null", "sample_size = null")]
    [InlineData("resnet_time_scale_shift", "\"ada_group\"", "ada_group; it must be default or scale_shift")]
    [InlineData("resnet_time_scale_shift", "\"spatial\"", "spatial; it must be default or scale_shift")]
    [InlineData("class_embed_type", "\"projection\"", "null, timestep or identity")]
    [InlineData("time_embedding_type", "\"rotary\"", "positional, fourier or learned")]
    [InlineData("time_embedding_type", "\"learned\"", "num_train_timesteps = null")]
    [InlineData("downsample_type", "\"fir\"", "conv or resnet")]
    [InlineData("upsample_type", "\"fir\"", "conv or resnet")]
    [InlineData("act_fn", "\"tanh\"", "one of silu, swish, mish, gelu, relu")]
    [InlineData("act_fn", "null", "one of silu, swish, mish, gelu, relu")]
    [InlineData("dropout", "1", "0 to below 1")]
    [InlineData("freq_shift", "4", "below 4, half of the first block_out_channels")]
    [InlineData("norm_num_groups", "null", "a number where there is a DownBlock2D")]
    [InlineData("norm_eps", "null", "norm_eps")]
    [InlineData("attn_norm_num_groups", "3", "attn_norm_num_groups (3) divides the 16 channels")]
    [InlineData("attention_head_dim", "17", "at most 16")]
    [InlineData("mid_block_type", "\"UNetMidBlock2DCrossAttn\"", "it must be UNetMidBlock2D")]
    [InlineData("cross_attention_dim", "768", "cross_attention_dim = 768; it must be left out")]
    public void A_configuration_that_cannot_be_built_names_its_key(string key, string value, string expected)
    {
        Change(Config, key, value);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_name_or_path", "\"somewhere\"")]
    [InlineData("update_after_step", "0")]
    [InlineData("mid_block_type", "\"UNetMidBlock2D\"")]
    [InlineData("time_embedding_dim", "null")]
    [InlineData("sample_size", "[8, 8]")]
    [InlineData("_class_name", "\"UNet2D\"")]
    [InlineData("down_block_types", "[\"UNetResDownBlock2D\", \"UNetResAttnDownBlock2D\"]")]
    public void A_key_that_published_files_carry_and_that_changes_nothing_is_passed_over(string key, string value)
    {
        Change(Config, key, value);
        using var model = ModelFolder.Load(_model.Folder);
        Assert.Equal(8, model.SampleSize);
    }

    [Fact]
    public void A_folder_that_does_not_exist_says_what_is_wanted()
        => Assert.Contains("does not exist", Assert.Throws<PlaygroundException>(() => ModelFolder.Load("/nowhere/model")).Message,
            StringComparison.Ordinal);
}
