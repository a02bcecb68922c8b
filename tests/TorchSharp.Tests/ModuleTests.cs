using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharpTests;

public sealed class ModuleTests
{
    private sealed class Pair : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(3, 4);
        private readonly Linear second = nn.Linear(4, 2, hasBias: false);

        public Pair() : base(nameof(Pair)) => RegisterComponents();

        public override Tensor forward(Tensor input) => second.call(first.call(input).relu());
    }

    [Fact]
    public void Fields_become_state_dict_entries_in_their_order()
    {
        using var module = new Pair();
        Assert.Equal(["first.weight", "first.bias", "second.weight"], module.state_dict().Keys);
    }

    [Fact]
    public void A_converted_module_computes_in_the_new_type()
    {
        using var scope = NewDisposeScope();
        using var module = new Pair();
        module.to(ScalarType.Float64);
        Assert.All(module.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
    }

    [Fact]
    public void Initial_weights_stay_within_PyTorchs_bound()
    {
        using var scope = NewDisposeScope();
        using var conv = nn.Conv2d(8, 16, 3);
        var bound = 1 / Math.Sqrt(8 * 9);
        Assert.InRange(conv.weight.abs().max().item<float>(), bound * 0.9, bound);
        Assert.InRange(conv.bias!.abs().max().item<float>(), 0, bound);
    }

    [Fact]
    public void Zero_grad_forgets_the_gradients()
    {
        using var scope = NewDisposeScope();
        using var module = new Pair();
        module.call(ones([1, 3])).sum().backward();
        Assert.Contains(module.parameters(), p => p.grad is not null);
        module.zero_grad();
        Assert.All(module.parameters(), p => Assert.Null(p.grad));
    }
}
