using Playground.Core.Engine;
using Playground.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

/// <summary>A frozen network's convolutions lie in memory once, packed, and are there for whoever asks.</summary>
public sealed class PackedWeightTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(11);
    private readonly UNet2DConditionModel _network;
    private readonly Dictionary<string, Tensor> _before;
    private readonly Tensor _x, _t, _text;

    public PackedWeightTests()
    {
        var config = new UNet2DConditionConfig { BlockOutChannels = [32, 64, 64, 64], CrossAttentionDim = 24, SampleSize = 16 };
        _network = new UNet2DConditionModel(config, _random);
        _network.eval();
        foreach (var parameter in _network.parameters()) parameter.requires_grad = false;
        _before = _network.named_parameters().ToDictionary(p => p.name, p => Scoped.Run(() => p.parameter.detach().clone()));
        (_x, _t, _text) = (randn([1, 4, 32, 32], generator: _random), tensor([500f]), randn([1, 7, 24], generator: _random));
        _network.IsFrozen = true;
    }

    [Fact]
    public void After_a_pass_no_convolution_lies_twice()
    {
        Assert.SkipUnless(Operators.HasConvolutions, "Packed convolutions are x86-64's.");
        Assert.All(Convolutions, c => Assert.True(c.IsPlain));
        var first = Pass(Precision.Float32);
        // An upsampling's own weights cannot be had back from those of the four convolutions that stand for it.
        Assert.Equal(3, Convolutions.Count(c => c.IsPlain));
        Assert.Equal(0, (first - Pass(Precision.Float32)).abs().max().item<float>());
    }

    [Fact]
    public void A_pass_takes_no_second_copy_of_the_weights()
    {
        Assert.SkipUnless(Operators.HasConvolutions && OperatingSystem.IsLinux(), "Packed convolutions are x86-64's.");
        TensorMemory.Trim();
        var before = Environment.WorkingSet;
        using var layer = new Conv2d(2560, 1280, 3, padding: 1);
        using (no_grad())
            foreach (var parameter in layer.parameters()) parameter.fill_(0.01);
        ((IKeepsPrepared)layer).KeepsPrepared = true;
        using (var scope = NewDisposeScope())
        using (inference_mode())
            layer.call(ChannelsLast.Of(ones(1, 2560, 4, 4)));
        TensorMemory.Trim();
        const double weights = 9.0 * 2560 * 1280 * sizeof(float);
        Assert.False(layer.IsPlain);
        Assert.InRange((Environment.WorkingSet - before) / weights, 0.5, 1.5);
    }

    [Fact]
    public void Whoever_asks_for_the_weights_has_them_to_the_bit_and_the_network_says_the_same()
    {
        var first = Pass(Precision.Float32);
        foreach (var (name, parameter) in _network.named_parameters())
            Assert.True(parameter.eq(_before[name]).all().item<bool>(), name);
        Assert.All(_before, b => Assert.True(_network.state_dict()[b.Key].eq(b.Value).all().item<bool>(), b.Key));
        Assert.Equal(0, (first - Pass(Precision.Float32)).abs().max().item<float>());
    }

    [Fact]
    public void A_single_weight_is_had_back_by_its_name()
    {
        Pass(Precision.Float32);
        Assert.All(["conv_in.weight", "down_blocks.1.resnets.0.conv1.weight", "up_blocks.2.resnets.1.conv_shortcut.weight"],
            name => Assert.True(_network.get_parameter(name)!.eq(_before[name]).all().item<bool>(), name));
    }

    [Fact]
    public void Float32_and_bfloat16_take_turns()
    {
        var (wide, narrow) = (Pass(Precision.Float32), Pass(Precision.Bfloat16));
        Assert.Equal(0, (narrow - Pass(Precision.Bfloat16)).abs().max().item<float>());
        Assert.Equal(0, (wide - Pass(Precision.Float32)).abs().max().item<float>());
        _network.IsFrozen = false;
        // What was packed in bfloat16 was made of the float32 weights, and not of what was left of them.
        _network.IsFrozen = true;
        Assert.Equal(0, (narrow - Pass(Precision.Bfloat16)).abs().max().item<float>());
    }

    [Fact]
    public void Gradients_find_their_weights()
    {
        var first = Pass(Precision.Float32);
        using var guard = enable_grad();
        var x = _x.detach().clone().requires_grad_();
        var again = _network.call(x, _t, _text);
        Assert.InRange((first - again.detach()).abs().max().item<float>() / first.abs().max().item<float>(), 0, 1e-5);
        CustomGradient.Backward(again.sum());
        Assert.True(x.grad!.isfinite().all().item<bool>() && x.grad.abs().max().item<float>() > 0);
    }

    [Fact]
    public void Thawing_brings_them_all_back()
    {
        Pass(Precision.Float32);
        _network.IsFrozen = false;
        Assert.All(Convolutions, c => Assert.True(c.IsPlain));
        foreach (var (name, parameter) in _network.named_parameters())
            Assert.True(parameter.eq(_before[name]).all().item<bool>(), name);
    }

    private IEnumerable<Conv2d> Convolutions => _network.modules().OfType<Conv2d>();

    private Tensor Pass(string precision)
    {
        using var guard = inference_mode();
        using var entered = Precision.Enter(precision);
        return _network.call(_x, _t, _text);
    }

    public void Dispose()
    {
        _network.Dispose();
        _random.Dispose();
        _scope.Dispose();
    }
}
