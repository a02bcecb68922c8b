using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

/// <summary>A small perceptron for points of one coordinate: x and sinusoids of t/T, two hidden layers of SiLU.</summary>
internal sealed class PointNetwork : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private const int Width = 64, Waves = 8;
    private readonly int _timesteps;
    private readonly Linear _in, _hidden, _out;

    public PointNetwork(int timesteps) : base(nameof(PointNetwork))
    {
        _timesteps = timesteps;
        _in = nn.Linear(1 + 2 * Waves, Width);
        _hidden = nn.Linear(Width, Width);
        _out = nn.Linear(Width, 1);
        register_module("in", _in);
        register_module("hidden", _hidden);
        register_module("out", _out);
    }

    public override Tensor forward(Tensor x, Tensor t, Tensor? labels)
    {
        var waves = arange(1, Waves + 1, dtype: ScalarType.Float32) * (Math.PI / 2 / _timesteps);
        var angles = t.to(ScalarType.Float32).unsqueeze(1) * waves.unsqueeze(0);
        var h = _in.call(cat([x, angles.sin(), angles.cos()], 1)).silu();
        return _out.call(_hidden.call(h).silu());
    }
}
