namespace TorchSharp;

public static unsafe partial class torch
{
    public static class linalg
    {
        /// <summary>L of A = L·Lᵀ.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A is not positive definite.</exception>
        public static Tensor cholesky(Tensor input) => Kept(Native.pt_linalg_cholesky(input.Handle), input);

        /// <summary>Eigenvalues in ascending order of a symmetric matrix, of which one triangle is read.</summary>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Kept(Native.pt_linalg_eigvalsh(input.Handle, (byte)UPLO), input);

        /// <summary>Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO)
        {
            var results = stackalloc nint[2];
            Native.Check(Native.pt_linalg_eigh(input.Handle, (byte)UPLO, results));
            GC.KeepAlive(input);
            return (new Tensor(results[0]), new Tensor(results[1]));
        }

        /// <summary>Singular values in descending order.</summary>
        public static Tensor svdvals(Tensor input) => Kept(Native.pt_linalg_svdvals(input.Handle), input);
    }
}
