using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Pipelines.StableDiffusion;
using static TorchSharp.torch;

namespace Playground.Core.Tests.TextToImage;

/// <summary>LoRA files against what diffusers 0.27.2 with PEFT computed with them.</summary>
public sealed class LoraTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly string _temporary = Directory.CreateTempSubdirectory("lora-").FullName;
    private readonly StableDiffusionModel _model = StableDiffusionFolder.Load(Recorded.At("sd1"));
    private readonly IDisposable _guard = inference_mode();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Forms => ["kohya", "peft", "middle", "oldest", "kohya-conv"];

    private static string File(string form) => Recorded.At($"lora-{form}.safetensors");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_changes_both_networks_as_in_diffusers_and_comes_off_without_a_trace(string form)
    {
        var io = Recorded.Read("lora");
        var report = Assert.Single(_model.SetLoras([new(File(form), 0.7)]));
        Assert.Empty(report.Unmatched);
        Assert.Equal(form == "kohya-conv" ? 47 : 44, report.Layers);
        Assert.InRange(Recorded.Distance(Network(io), io[form + ".unet"]), 0, Tolerance);
        Assert.InRange(Recorded.Distance(Text(io), io[form + ".text"]), 0, Tolerance);
        Assert.True(Recorded.Distance(io["none.unet"], io[form + ".unet"]) > 1e-2);
        _model.SetLoras([]);
        Assert.InRange(Recorded.Distance(Network(io), io["none.unet"]), 0, 5e-6);
        Assert.InRange(Recorded.Distance(Text(io), io["none.text"]), 0, 5e-6);
    }

    [Fact]
    public void Several_add_up()
    {
        var io = Recorded.Read("lora");
        _model.SetLoras([new(File("kohya"), 0.5), new(File("peft"), 0.2)]);
        Assert.InRange(Recorded.Distance(Network(io), io["kohya.unet"]), 0, Tolerance);
    }

    [Fact]
    public void Tensors_that_belong_to_no_layer_are_named()
    {
        var path = Path.Combine(_temporary, "more.safetensors");
        var tensors = SafetensorsFile.Read(File("kohya")).ToDictionary();
        tensors["lora_unet_nowhere.lora_down.weight"] = zeros(4, 4);
        SafetensorsFile.Write(path, tensors);
        Assert.Equal(["lora_unet_nowhere.lora_down.weight"], _model.SetLoras([new(path)])[0].Unmatched);
    }

    [Fact]
    public void A_file_without_alpha_takes_that_of_its_metadata()
    {
        var path = Path.Combine(_temporary, "settings.safetensors");
        var plain = SafetensorsFile.Read(File("peft")).ToDictionary(t => t.Key, t => t.Key.Contains("lora_B", StringComparison.Ordinal)
            ? t.Value * 2
            : t.Value);
        SafetensorsFile.Write(path, plain, new Dictionary<string, string>
        {
            ["lora_adapter_metadata"] = """{"unet.r": 4, "unet.lora_alpha": 2, "text_encoder.r": 4, "text_encoder.lora_alpha": 2}""",
        });
        var io = Recorded.Read("lora");
        _model.SetLoras([new(path, 0.7)]);
        Assert.InRange(Recorded.Distance(Network(io), io["peft.unet"]), 0, Tolerance);
        Assert.InRange(Recorded.Distance(Text(io), io["peft.text"]), 0, Tolerance);
    }

    [Theory]
    [InlineData("lora_unet_mid_block_attentions_0_proj_in.hada_w1_a", "LoHa")]
    [InlineData("lora_unet_mid_block_attentions_0_proj_in.dora_scale", "DoRA")]
    [InlineData("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", "Stable Diffusion XL")]
    [InlineData("transformer.blocks.0.lora_A.weight", "another model")]
    public void Another_kind_of_file_is_refused_by_name(string tensor, string said)
    {
        var path = Path.Combine(_temporary, "other.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { [tensor] = zeros(4, 4) });
        Assert.Contains(said, Assert.Throws<PlaygroundException>(() => _model.SetLoras([new(path)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_width_is_refused_and_what_was_applied_stays()
    {
        var path = Path.Combine(_temporary, "wide.safetensors");
        const string layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";
        SafetensorsFile.Write(path, new Dictionary<string, Tensor>
        {
            [layer + ".lora_down.weight"] = zeros(4, 768),
            [layer + ".lora_up.weight"] = zeros(320, 4),
        });
        _model.SetLoras([new(File("kohya"), 0.7)]);
        var message = Assert.Throws<PlaygroundException>(() => _model.SetLoras([new(path)])).Message;
        Assert.Contains("is for another model: 'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k' is [16, 32] here, "
            + "and it changes one of [320, 768]", message, StringComparison.Ordinal);
        var io = Recorded.Read("lora");
        Assert.InRange(Recorded.Distance(Network(io), io["kohya.unet"]), 0, Tolerance);
    }

    [Fact]
    public void A_strength_out_of_range_is_refused()
        => Assert.Contains("it must be −10 to 10",
            Assert.Throws<PlaygroundException>(() => _model.SetLoras([new(File("kohya"), 11)])).Message,
            StringComparison.Ordinal);

    private Tensor Network(IReadOnlyDictionary<string, Tensor> io) => _model.UNet.call(io["sample"], io["timestep"], io["context"]);

    private Tensor Text(IReadOnlyDictionary<string, Tensor> io) => _model.Text.call(io["ids"]);

    public void Dispose()
    {
        _scope.Dispose();
        _guard.Dispose();
        _model.Dispose();
        Directory.Delete(_temporary, recursive: true);
    }
}
