using Playground.Core;

namespace Playground.Evaluation.Features.Torch;

/// <summary>Why a file of weights is refused, in words that follow "… cannot be used as weights:".</summary>
internal sealed class WeightsException(string reason, Exception? inner = null) : PlaygroundException(reason, inner);
