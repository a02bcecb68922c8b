using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Evaluation.Features.Digits;

/// <summary>
/// Two convolutions and two linear layers that read digits: [N, 1, 28, 28] in [−1, 1] → logits [N, 10]. The last layer has no bias.
/// </summary>
internal sealed class DigitNetwork : nn.Module<Tensor, Tensor>
{
    public const int Features = 64, Classes = 10;
    private const int Channels1 = 16, Channels2 = 32;
    private readonly Conv2d _conv1 = nn.Conv2d(1, Channels1, 3, padding: 1);
    private readonly Conv2d _conv2 = nn.Conv2d(Channels1, Channels2, 3, padding: 1);
    private readonly Linear _hidden = nn.Linear(Channels2 * 7 * 7, Features);
    private readonly Linear _out = nn.Linear(Features, Classes, hasBias: false);

    public DigitNetwork() : base(nameof(DigitNetwork)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var h = nn.functional.max_pool2d(_conv1.call(input).relu(), 2);
        h = nn.functional.max_pool2d(_conv2.call(h).relu(), 2);
        return _out.call(_hidden.call(h.flatten(1)).relu());
    }
}
